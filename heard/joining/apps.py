from django.apps import AppConfig


class JoiningConfig(AppConfig):
    name = "heard.joining"
    label = "joining"

    def ready(self) -> None:
        from heard.cases.closing import before_finishing
        from heard.joining import panels
        from heard.joining.parting import check_parts
        from heard.ui.panels import Panel, add

        if check_parts not in before_finishing:
            before_finishing.append(check_parts)
        add("case", Panel("joining", panels.case_panel, 40))
        add("intake", Panel("joining: known", panels.intake_panel, 40))
        add("person", Panel("joining: follows", panels.person_panel, 60))
        add("desk-home", Panel("joining: outside", panels.home_panel, 60))
