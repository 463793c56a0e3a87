"""Words of the office, each with what people say instead. Our own list; it grows by experience."""

EN = {
    "additional": "more", "adjacent to": "next to", "ascertain": "find out",
    "assistance": "help", "at this time": "now", "cease": "stop", "commence": "begin",
    "component": "part", "comply with": "follow", "concerning": "about",
    "consequently": "so", "constitutes": "is", "deem": "think", "demonstrate": "show",
    "designate": "name", "discontinue": "stop", "disseminate": "send", "due to the fact that":
    "because", "effectuate": "do", "endeavor": "try", "expeditious": "quick", "expedite":
    "speed up", "facilitate": "help", "for the purpose of": "to", "forthwith": "now",
    "furnish": "give", "heretofore": "until now", "implement": "do", "in accordance with": "by",
    "in order to": "to", "in the event of": "if", "in the event that": "if", "inquire": "ask",
    "is authorized to": "may", "is required to": "must", "modification": "change",
    "notwithstanding": "even though", "obtain": "get", "occupant": "person who lives there",
    "per annum": "a year", "permissible": "allowed", "prior to": "before", "procure": "buy",
    "promulgate": "make", "pursuant to": "under", "refuse receptacle": "trash cart",
    "regarding": "about", "remit": "send", "render": "give", "require": "need", "reside": "live",
    "shall": "must", "submit": "send", "subsequent to": "after", "sufficient": "enough",
    "terminate": "end", "the undersigned": "we", "therein": "in it", "utilize": "use",
    "verify": "check", "with regard to": "about",
}  # fmt: skip

ES = {
    "a efectos de": "para", "a fin de": "para", "a la brevedad": "pronto", "abonar": "pagar",
    "adjuntar": "enviar con", "adquirir": "comprar", "anteriormente": "antes",
    "asimismo": "también", "cabe señalar": "", "coadyuvar": "ayudar", "con anterioridad a":
    "antes de", "con el fin de": "para", "con la finalidad de": "para", "con posterioridad a":
    "después de", "concerniente a": "sobre", "conforme a": "según", "cumplimentar": "llenar",
    "debido a que": "porque", "dicha solicitud": "esa solicitud", "domicilio": "dirección",
    "efectuar": "hacer", "el suscrito": "yo", "en caso de que": "si", "en el supuesto de": "si",
    "en relación con": "sobre", "en virtud de": "por", "finalizar": "terminar",
    "fehaciente": "seguro", "incumplimiento": "falta", "interponer": "presentar",
    "llevar a cabo": "hacer", "mediante": "con", "no obstante": "pero", "notificar": "avisar",
    "obtener": "conseguir", "pertinente": "que toca", "proceder a": "", "proporcionar": "dar",
    "realizar": "hacer", "referente a": "sobre", "remitir": "enviar", "requerir": "pedir",
    "residir": "vivir", "rubricar": "firmar", "sírvase": "por favor", "subsanar": "corregir",
    "suministrar": "dar", "tramitar": "pedir", "utilizar": "usar", "vehículo automotor": "carro",
}  # fmt: skip

INSTEAD = {"en": EN, "es": ES}
