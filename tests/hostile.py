"""Une base dont chaque texte libre est piégé : HTML, Markdown, formule, code typst, lien de script, invisible."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest
import streamlit as st

from indicators.base import ecriture
from indicators.base.construction import DOSSIER_DONNEES, VARIABLE_BASE, empreinte, nom_de_base
from indicators.donnees.lecture import lire_donnees
from indicators.donnees.lignes import Donnees
from indicators.donnees.schema import CLES, COLONNES, Colonne

PIEGES = (
    "<zzoq onload=alert(1)>",
    "\"><zzoq x='",
    "'><zzoq>",
    '" zzattr="1',
    "</style></svg><zzoq>",
    "<script>zzoq()</script>",
    "<!-- ]]>",
    "&lt;zzoq&gt;",
    "[zzlien](http://mal.example)",
    "\r\r![zzlien](http://mal.example/x.png)",
    "<a href='javascript:zzoq()'>zz</a>",
    "**zz** $zz$ :red[zz] `zz`",
    '=HYPERLINK("http://mal.example";"zz")',
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "=cmd|' /C calc'!A0",
    '#panic("zz") #read("/etc/passwd") \\ $',
    "*zz* _zz_ <zz> @zz // #[",
    "{0.__class__} {{7*7}} %s %(zz)s",
    "'; DROP TABLE observations; --",
    "\u202ezz\u200f",
    "zz 😀 中 \ud7ff \x85 \u2028",
)
# Ces textes-là ne sont pas libres : ils désignent autre chose, ou l'écran les compare à une liste.
_CODES = {
    "source", "territoire", "indicateur", "theme", "parent", "ancien", "nouveau", "nature", "evolution_de", "voisins",
    "code_officiel", "document", "operation", "enjeu", "axe", "objectif", "imprime", "annee", "base_annee", "echeance",
    "type", "groupe", "niveau", "pilier", "terme", "segment", "date_publication", "signe", "unite", "dispositif",
}  # fmt: skip


def libre(feuille: str, colonne: Colonne) -> bool:
    """Vrai si cette colonne est un texte que n'importe quel document a pu écrire."""
    return (
        colonne.type_sql == "VARCHAR"
        and not colonne.choix
        and not colonne.lien
        and colonne.nom not in _CODES
        and colonne.nom not in CLES.get(feuille, ())
    )


def pieger(donnees: Donnees) -> Donnees:
    """Les mêmes lignes, chaque texte libre non vide entouré d'un piège : devant (une formule) et derrière."""
    pieges = cycle(PIEGES)
    for feuille, lignes in donnees.lignes.items():
        libres = [colonne.nom for colonne in COLONNES[feuille] if libre(feuille, colonne)]
        donnees.lignes[feuille] = [
            replace(
                ligne,
                valeurs=ligne.valeurs
                | {nom: f"{(piege := next(pieges))} {ligne[nom]} {piege}" for nom in libres if ligne[nom]},
            )
            for ligne in lignes
        ]
    return donnees


def base_piegee(ou: Path) -> Path:
    """La base embarquée, piégée, sous le nom de la vraie : le programme la prend pour elle dans ce dossier."""
    chemin = ou / nom_de_base(empreinte(DOSSIER_DONNEES, []))
    ecriture.ecrire(chemin, pieger(lire_donnees(DOSSIER_DONNEES)))
    return chemin


@contextmanager
def servie(base: Path) -> Iterator[None]:
    """Le temps d'un bloc, les écrans lisent cette base ; rien n'en reste dans leur mémoire."""
    with pytest.MonkeyPatch.context() as ici:
        ici.setenv(VARIABLE_BASE, str(base.parent))
        st.cache_resource.clear()
        st.cache_data.clear()
        yield
        st.cache_resource.clear()
        st.cache_data.clear()
