"""Chaque tableau montré s'emporte : sous lui, un lien CSV et un lien XLSX, qui le relisent à l'adresse de l'écran.

Le lien porte l'écran, ses choix et le nom du tableau : il marche sans script, dans la première vue, après un
redémarrage, sur une autre réplique. Un tableau dont l'écran donne déjà les deux fichiers, plus complets, porte
`data-fichiers="propres"` ; celui d'une diapositive, `data-fichiers="apres"`, a ses liens sous elle.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from html.parser import HTMLParser

import streamlit as st
from markupsafe import Markup

from indicators.publications.montre import Case, TableauMontre
from indicators.socle.territoires import cle_de_recherche
from pages.commun.gabarits import lien_vers, rendre
from pages.ecrans import PAR_CODE, Ecran

CHEMINS = {"csv": "tableau.csv", "xlsx": "tableau.xlsx"}
ECRAN, TABLEAU = "ecran", "tableau"
"""Les deux paramètres de ces adresses ; les autres sont ceux de l'écran."""
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_LEGENDE = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
_etat = threading.local()


def commencer(ecran: Ecran | None) -> None:
    """Un écran neuf, dont les tableaux se numérotent de nouveau ; None : rien n'y est proposé."""
    _etat.ecran, _etat.noms = ecran, {}


def proposer(html: str) -> str:
    """Ce bloc, où chaque tableau porte son nom et ses deux liens."""
    ecran: Ecran | None = getattr(_etat, "ecran", None)
    if ecran is None or ecran.reserve or "<table" not in html:
        return html
    connus = ecran.par_nom.keys() | ecran.anciens_parametres.keys()
    choix = {nom: valeur for nom, valeur in sorted(st.query_params.items()) if nom in connus}
    apres: list[str] = []

    def nommer(trouve: re.Match[str]) -> str:
        table = trouve[0]
        if 'data-fichiers="propres"' in table[:400]:
            return table
        dehors = 'data-fichiers="apres"' in table[:400]
        titre = _texte(legende[1]) if (legende := _LEGENDE.search(table)) else "Tableau"
        cle = _cle(titre)
        liens = str(
            rendre(
                "tableaux.html",
                part="fichiers",
                titre=titre,
                dehors=dehors,
                adresses={
                    suffixe: lien_vers(f"./{chemin}", **choix, **{ECRAN: ecran.code, TABLEAU: cle})
                    for suffixe, chemin in CHEMINS.items()
                },
            )
        )
        nomme = str(rendre("tableaux.html", part="ouvert", cle=cle, suite=Markup(table.removeprefix("<table"))))
        if dehors:
            apres.append(liens)
            return nomme
        return nomme + liens

    return _TABLE.sub(nommer, html) + "".join(apres)


def _cle(titre: str) -> str:
    """« revenus-et-pauvrete », et « …-2 » pour le deuxième de ce nom à l'écran."""
    nom = re.sub(r"[^a-z0-9]+", "-", cle_de_recherche(titre)).strip("-")[:80] or "tableau"
    rang = _etat.noms[nom] = _etat.noms.get(nom, 0) + 1
    return nom if rang == 1 else f"{nom}-{rang}"


def _texte(html: str) -> str:
    return " ".join(Markup(html).striptags().split())


def trouver(blocs: Iterable[str], cle: str) -> TableauMontre | None:
    """Le tableau de ce nom dans ces blocs ; None s'il n'y est pas."""
    for html in blocs:
        if (nom := html.find(f' data-tableau="{cle}"')) >= 0:
            debut = html.rindex("<table", 0, nom)
            lecteur = _Lecteur()
            lecteur.feed(html[debut : html.index("</table>", debut) + len("</table>")])
            return lecteur.tableau()
    return None


def ecran_de(code: str) -> Ecran | None:
    """L'écran de ce code, s'il est ouvert à tous."""
    ecran = PAR_CODE.get(code)
    return None if ecran is None or ecran.reserve else ecran


_SEPARENT = {"br", "li", "p", "ul", "ol", "blockquote"}
_TUS = {"svg", "style", "script", "summary"}


class _Lecteur(HTMLParser):
    """Lit une table : ses titres, puis ses lignes ; dans une case, ce qui est petit est une précision."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.titre = ""
        self.entetes: list[Case] = []
        self.lignes: list[list[Case]] = []
        self._pile: list[tuple[str, str]] = []
        self._case: dict[str, list[str]] | None = None
        self._legende: list[str] | None = None

    def tableau(self) -> TableauMontre:
        """Le tableau lu, ses lignes sans case étant omises."""
        colonnes = [c.texte + (f" ({c.precisions})" if c.precisions else "") for c in self.entetes]
        largeur = max([len(colonnes), *(len(li) for li in self.lignes)])
        noms = [nom or f"Colonne {rang}" for rang, nom in enumerate(colonnes + [""] * (largeur - len(colonnes)), 1)]
        return TableauMontre(self.titre or "Tableau", tuple(noms), tuple(tuple(li) for li in self.lignes if li))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Ouvre une case, ou dit comment lire ce qui suit."""
        connus = {nom: valeur or "" for nom, valeur in attrs}
        if tag == "tr":
            self.lignes.append([])
        elif tag == "caption":
            self._legende = []
        elif tag in {"td", "th"}:
            self._case, self._pile = {"texte": [], "precisions": [], "deplie": [], "tu": []}, []
        elif self._case is not None:
            if tag in _SEPARENT:
                self._case[self._sorte()].append("\n")
            if tag not in {"br", "img", "input"}:
                self._pile.append((tag, self._genre(tag, connus)))
                if self._pile[-1][1] == "precisions":
                    self._case["precisions"].append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Ferme une case ou une ligne."""
        if tag == "thead":
            self.entetes = self.lignes.pop() if self.lignes else []
            self.lignes = []
        elif tag == "caption" and self._legende is not None:
            self.titre, self._legende = _propre(self._legende), None
        elif tag in {"td", "th"} and self._case is not None:
            lus = {sorte: _propre(mots) for sorte, mots in self._case.items() if sorte != "tu"}
            self.lignes[-1].append(Case(**lus))
            self._case = None
        elif self._case is not None:
            if tag in _SEPARENT:
                self._case[self._sorte()].append("\n")
            while self._pile and self._pile.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Un texte, à sa place."""
        if self._legende is not None:
            self._legende.append(data)
        elif self._case is not None:
            self._case[self._sorte()].append(data)

    def _sorte(self) -> str:
        sortes = [sorte for _, sorte in self._pile if sorte]
        return next((s for s in ("tu", "deplie", "precisions") if s in sortes), "texte")

    @staticmethod
    def _genre(tag: str, attributs: dict[str, str]) -> str:
        classes = attributs.get("class", "").split()
        if tag in _TUS or attributs.get("aria-hidden") == "true":
            return "tu"
        if tag == "details":
            return "deplie"
        return "precisions" if {"petit", "drapeau", "sr"} & set(classes) else ""


def _propre(mots: Iterable[str]) -> str:
    """Les morceaux d'une case, un blanc entre deux, « · » là où l'écran va à la ligne."""
    lignes = (" ".join(ligne.split()).strip(" ·") for ligne in "".join(mots).split("\n"))
    return " · ".join(ligne for ligne in lignes if ligne)
