"""Lire un PDF comme un lecteur : texte dans l'ordre d'écriture, mots et leur place, polices, structure (poppler)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from html import unescape

import pytest


def outil(nom: str, pdf: bytes, *options: str) -> str:
    """La sortie d'un outil de poppler, le chemin du PDF à la place de « {} » ; sans poppler, le test dit pourquoi."""
    if shutil.which(nom) is None:
        raison = f"« {nom} » absent (paquet poppler-utils)"
        if os.environ.get("EXIGER_NAVIGATEUR") == "1":
            pytest.fail(raison)
        pytest.skip(raison)
    with tempfile.NamedTemporaryFile(suffix=".pdf") as fichier:
        fichier.write(pdf)
        fichier.flush()
        commande = [nom, *(fichier.name if option == "{}" else option for option in options)]
        return subprocess.run(commande, capture_output=True, check=True).stdout.decode(errors="replace")


def sans_blancs(texte: str) -> str:
    """Le texte, toute espace réduite à une, aucune entre deux chiffres : poppler ne voit pas toujours la fine.

    Aucune non plus après un trait d'union (en fin de ligne) ; l'apostrophe est celle que Typst compose."""
    serre = " ".join(texte.replace("\u2060", "").replace("'", "’").split())
    return re.sub(r"(?<=\d) (?=\d)|(?<=\w-) (?=\w)", "", serre)


def texte(pdf: bytes) -> str:
    """Le texte du PDF dans l'ordre où il est écrit : une cellule de tableau reste d'un seul tenant."""
    return sans_blancs(outil("pdftotext", pdf, "-raw", "{}", "-"))


@dataclass(frozen=True)
class Mot:
    """Un mot et sa boîte, en points."""

    page: int
    texte: str
    gauche: float
    haut: float
    droite: float
    bas: float


_MOT = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>')
_PAGE = re.compile(r'<page width="(.*?)" height="(.*?)">(.*?)</page>', re.DOTALL)


def mots(pdf: bytes) -> tuple[list[tuple[float, float]], list[Mot]]:
    """La taille de chaque page, et tous les mots."""
    pages = _PAGE.findall(outil("pdftotext", pdf, "-bbox", "{}", "-"))
    trouves = [
        Mot(rang, unescape(mot), *map(float, boite))
        for rang, (_, _, corps) in enumerate(pages)
        for *boite, mot in _MOT.findall(corps)
    ]
    return [(float(largeur), float(hauteur)) for largeur, hauteur, _ in pages], trouves


def fautes_de_mise_en_page(pdf: bytes, marge: float = 15) -> list[str]:
    """Les mots qui sortent de la page ou entrent dans sa marge, et ceux qui en recouvrent un autre."""
    return fautes_des_mots(*mots(pdf), marge)


def fautes_des_mots(tailles: list[tuple[float, float]], tous: list[Mot], marge: float = 15) -> list[str]:
    """Les mêmes, de mots déjà lus."""
    fautes = []
    for m in tous:
        largeur, hauteur = tailles[m.page]
        if m.gauche < marge or m.haut < marge or m.droite > largeur - marge or m.bas > hauteur - marge:
            fautes.append(f"p. {m.page + 1}, hors du cadre : {m.texte}")
    tous.sort(key=lambda m: (m.page, m.haut))
    for rang, m in enumerate(tous):
        for autre in tous[rang + 1 :]:
            if autre.page != m.page or autre.haut >= m.bas:
                break
            commun_x = min(m.droite, autre.droite) - max(m.gauche, autre.gauche)
            commun_y = min(m.bas, autre.bas) - max(m.haut, autre.haut)
            # Les boîtes comprennent les hampes et l'interligne : deux lignes serrées s'effleurent sans se toucher.
            if commun_x > 1 and commun_y > 0.55 * min(m.bas - m.haut, autre.bas - autre.haut):
                fautes.append(f"p. {m.page + 1}, recouverts : {m.texte} / {autre.texte}")
    return fautes
