"""La couverture des documents : par section, ce qui a été lu, ce qui est douteux, ce qui est laissé et pourquoi.

« Rien de statistique n'est laissé sans raison » se vérifie : toute ligne qui porte un chiffre est citée par un fait de
la base, ou comprise dans un passage écarté avec sa raison.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from indicators.donnees.lignes import Donnees, Ligne

FAITS = (
    *("projets", "equipements", "operations", "segments", "soldes", "agglomerations"),
    *("engagements", "evaluation_indicateurs"),
)
"""Les feuilles dont chaque ligne est un fait lu dans un document, en plus des observations."""

SUPPORTS = ("evaluation_arbre", "barometre", "orientations")


@dataclass
class Section:
    """Une section d'un document. `inexpliquees` : lignes chiffrées ni lues ni écartées (None si le texte manque)."""

    document: str
    ligne_debut: int
    ligne_fin: int
    titre: str
    chiffres: int = 0
    douteux: int = 0
    sans_valeur: int = 0
    faits: int = 0
    ecartes: list[Ligne] = field(default_factory=list)
    inexpliquees: list[int] | None = None

    def contient(self, ligne: int) -> bool:
        """Vrai si la section comprend cette ligne du document."""
        return self.ligne_debut <= ligne <= self.ligne_fin


def couvrir(donnees: Donnees, partage: Path) -> list[Section]:
    """Les sections de tous les documents, dans l'ordre, avec leurs comptes."""
    document_de = {ligne["source"]: ligne["document"] for ligne in donnees["sources"]}
    sections = [
        Section(document_de[ligne["source"]], ligne["ligne_debut"], ligne["ligne_fin"], ligne["section"])
        for ligne in donnees["sections"]
    ]
    par_document: dict[str, list[Section]] = defaultdict(list)
    for section in sections:
        par_document[section.document].append(section)
    citees: dict[str, set[int]] = defaultdict(set)

    def compter(feuilles: Iterable[str], champ: str) -> None:
        for feuille in feuilles:
            for ligne in donnees[feuille]:
                document = document_de[ligne["source"]]
                if ligne["ligne"] is None or document not in par_document:
                    continue
                citees[document].add(ligne["ligne"])
                for section in par_document[document]:
                    if section.contient(ligne["ligne"]):
                        setattr(section, champ, getattr(section, champ) + 1)
                        if champ == "chiffres":
                            section.douteux += ligne["fiabilite"] == "douteuse"
                            section.sans_valeur += ligne["statut"] in {"secret", "non_disponible", "sans_objet"}

    compter(["observations"], "chiffres")
    compter((*FAITS, *SUPPORTS), "faits")
    for ecarte in donnees["ecartes"]:
        for section in par_document[document_de[ecarte["source"]]]:
            if section.contient(ecarte["ligne_debut"]):
                section.ecartes.append(ecarte)
    for document, liste in par_document.items():
        texte = partage / document
        if texte.exists():
            expliquees = citees[document] | _lignes_ecartees(donnees, document_de, document)
            for numero, contenu in enumerate(texte.read_text("utf-8-sig").split("\n"), 1):
                for section in liste:
                    if section.inexpliquees is None:
                        section.inexpliquees = []
                    if section.contient(numero) and re.search(r"\d", contenu) and numero not in expliquees:
                        section.inexpliquees.append(numero)
    return sections


def _lignes_ecartees(donnees: Donnees, document_de: dict[str, str], document: str) -> set[int]:
    return {
        numero
        for ligne in donnees["ecartes"]
        if document_de[ligne["source"]] == document
        for numero in range(ligne["ligne_debut"], ligne["ligne_fin"] + 1)
    }


def rapport(sections: list[Section], *, detail: bool = False) -> str:
    """Le rapport en texte : une ligne par section, puis les raisons des passages laissés ; `detail` les donne tous."""
    lignes = []
    for document in dict.fromkeys(section.document for section in sections):
        siennes = [section for section in sections if section.document == document]
        lignes.append(f"\n{document} : {_bilan(siennes)}")
        lignes += [f"  l. {s.ligne_debut}-{s.ligne_fin} {s.titre} : {_bilan([s])}" for s in siennes]
        raisons = Counter(e["raison"].split(". ")[0].rstrip(".") for s in siennes for e in s.ecartes)
        lignes += [f"    laissé : {raison} ({n} passages)" for raison, n in raisons.most_common()]
        if detail:
            lignes += [
                f"      l. {e['ligne_debut']}-{e['ligne_fin']} {e['raison']} « {e['extrait']} »"
                for s in siennes
                for e in s.ecartes
            ]
    return "\n".join([*lignes, "", f"Ensemble : {_bilan(sections)}"])


def _bilan(sections: list[Section]) -> str:
    chiffres = sum(s.chiffres for s in sections)
    morceaux = [
        f"{chiffres} chiffres lus ({sum(s.douteux for s in sections)} douteux, "
        f"{sum(s.sans_valeur for s in sections)} imprimés sans valeur)",
        f"{sum(s.faits for s in sections)} autres faits",
        f"{sum(len(s.ecartes) for s in sections)} passages laissés avec leur raison",
    ]
    connues = [s.inexpliquees for s in sections if s.inexpliquees is not None]
    if connues:
        lignes = [numero for liste in connues for numero in liste]
        exemples = f" (l. {', '.join(map(str, lignes[:8]))}{'…' if len(lignes) > 8 else ''})" if lignes else ""
        morceaux.append(f"{len(lignes)} lignes chiffrées sans explication{exemples}")
    return ", ".join(morceaux)
