"""A small base in three languages for the tests of matching."""

from bot.understand.match import Document, Phrasing

SYNONYMS = [["GCE", "Global Centre of Expertise"], ["firm", "company"], ["IN", "Innovation Norway"]]


def document(entry: str, **questions: list[str]) -> Document:
    return Document(entry, tuple(Phrasing(text, code) for code, texts in questions.items() for text in texts))


DOCUMENTS = [
    document(
        "arena",
        en=["What is the Arena programme?", "arena level explained", "what does arena mean"],
        nb=["Hva er Arena-programmet?", "hva betyr arena"],
        nn=["Kva er Arena-programmet?"],
    ),
    document(
        "gce",
        en=["What is a GCE?", "GCE?", "the highest level of the cluster programme"],
        nb=["Hva er en GCE?", "GCE?", "det høyeste nivået i klyngeprogrammet"],
        nn=["Kva er ein GCE?", "GCE?"],
    ),
    document(
        "apply",
        en=["How do we apply?", "where is the application form", "send an application"],
        nb=["Hvordan søker vi?", "hvor finner vi søknadsskjemaet", "sende søknad"],
        nn=["Korleis søkjer vi?"],
    ),
    document(
        "deadline",
        en=["When is the deadline?", "last day for the application"],
        nb=["Når er søknadsfristen?", "siste frist for søknaden"],
        nn=["Når er søknadsfristen?"],
    ),
    document(
        "cost",
        en=["What does membership cost?", "price for a company to be a member", "annual membership fee"],
        nb=["Hva koster det å være medlem?", "årlig avgift for medlemmer", "pris for bedrifter"],
        nn=["Kva kostar det å vere medlem?"],
    ),
    document(
        "contact",
        en=["Who can I call?", "phone number of the cluster team"],
        nb=["Hvem kan jeg ringe?", "telefonnummer til klyngeteamet"],
        nn=["Kven kan eg ringje?"],
    ),
    document("hello", en=["hello"], nb=["hallo"]),
]
