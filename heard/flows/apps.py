from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "heard.flows"
    label = "flows"

    def ready(self) -> None:
        from heard.core.events import wire
        from heard.flows import routing_callbacks
        from heard.flows.wiring import WIRING

        for kind, steps in WIRING.items():
            wire(kind, steps)
        routing_callbacks.register()
