"""L'état d'une séance : la diapositive, l'ordre et les retraits dans l'adresse ; notes et décisions dans la session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import streamlit as st

from indicators.base.base import Base
from indicators.publications.diaporama import NoteDeDiapositive, compte_rendu, diaporama_pptx
from indicators.publications.seance import preparer
from indicators.recit.page.diapositives import Diapositive, Seance
from pages.commun import adresse
from pages.commun.acces import portrait
from pages.commun.emporter import PPTX, nom_de_fichier
from pages.commun.gabarits import rendre
from pages.commun.memoire import garder
from pages.parametres import DIAPO, ORDRE

Choix = TypeVar("Choix")

_CLAVIER = st.components.v2.component(
    "clavier_de_seance",
    html=str(rendre("touches.html")),
    js=(Path(__file__).parent / "clavier.js").read_text("utf-8"),
    isolate_styles=False,
)


@garder(60)
def seance(base: Base, code: str, seconde: str | None) -> Seance:
    """La séance entière d'un territoire, gardée en mémoire : personne ne la modifie."""
    return preparer(base, portrait(base, code, seconde))


def position(projetee: Seance) -> int:
    """Le rang de la diapositive que dit l'adresse ; la première si elle n'en dit pas, ou n'est plus dans la séance."""
    courante = adresse.lire(DIAPO)
    return projetee.cles.index(courante) if courante in projetee.cles else 0


def aller(projetee: Seance, rang: int) -> None:
    """Montre cette diapositive ; au-delà des bouts, la première ou la dernière."""
    adresse.changer({DIAPO: _si_autre(projetee.cles[max(0, min(len(projetee.cles) - 1, rang))], projetee.cles[0])})


def _si_autre(choix: Choix, defaut: Choix) -> Choix | None:
    """Un défaut ne s'écrit pas dans l'adresse."""
    return None if choix == defaut else choix


def clavier(projetee: Seance, rang: int, champ: str) -> None:
    """Écoute le clavier et la télécommande, et offre le plein écran ; `champ` : la clé de celui où la note s'écrit."""

    def suivre() -> None:
        cible = st.session_state["clavier"].get("aller")
        if cible is not None:
            aller(projetee, int(cible))

    _CLAVIER(
        key="clavier", data={"position": rang, "total": len(projetee.cles), "champ": champ}, on_aller_change=suivre
    )


def deplacer(entiere: Seance, projetee: Seance, rang: int, de: int) -> None:
    """Avance ou recule une diapositive dans la séance ; elle reste montrée."""
    cles = list(projetee.cles)
    cles.insert(max(0, min(len(cles) - 1, rang + de)), cles.pop(rang))
    _ranger(entiere, cles, projetee.cles[rang])


def retirer(entiere: Seance, projetee: Seance, rang: int) -> None:
    """Retire une diapositive de la séance ; la suivante est montrée."""
    cles = list(projetee.cles)
    cles.pop(rang)
    _ranger(entiere, cles, cles[min(rang, len(cles) - 1)])


def _ranger(entiere: Seance, cles: list[str], montree: str) -> None:
    adresse.changer({ORDRE: _si_autre(cles, list(entiere.cles)), DIAPO: _si_autre(montree, cles[0])})


def remettre() -> None:
    """Remet toutes les diapositives, dans l'ordre prévu."""
    adresse.changer({ORDRE: None})


def notes(code: str) -> dict[str, NoteDeDiapositive]:
    """Les notes et décisions tapées pour ce territoire, par diapositive."""
    toutes: dict[str, dict[str, NoteDeDiapositive]] = st.session_state.setdefault("notes_de_seance", {})
    return toutes.setdefault(code, {})


def cle_du_champ(code: str, d: Diapositive, nom: str = "note") -> str:
    """La clé du champ de cette diapositive : sa note, ou sa « decision »."""
    return f"seance_{nom}_{code}_{d.cle}"


def noter(code: str, d: Diapositive) -> None:
    """Les deux champs de la diapositive : ce qui a été dit, ce qui a été décidé."""
    prises = notes(code)
    connue = prises.get(d.cle, NoteDeDiapositive())
    cles = {nom: cle_du_champ(code, d, nom) for nom in ("note", "decision")}

    def garder(nom: str) -> None:
        # Celui-ci seul : sur un geste rapide, le navigateur n'a pas toujours envoyé l'autre.
        prises[d.cle] = replace(prises.get(d.cle, connue), **{nom: st.session_state[cles[nom]]})

    for colonne, (nom, libelle, texte) in zip(
        st.columns(2, gap="medium"),
        (("note", "Note sur cette diapositive", connue.note), ("decision", "Décision", connue.decision)),
        strict=True,
    ):
        with colonne:
            st.text_area(libelle, texte, key=cles[nom], height=90, on_change=garder, args=(nom,), max_chars=1500)


def nommer(projetee: Seance) -> Callable[[str], str]:
    """Le nom d'une diapositive dans les listes : « Emploi et insertion — Taux d'emploi… »."""
    noms = {d.cle: f"{d.rubrique} — {d.titre}" for d in projetee.diapositives}
    return noms.__getitem__


def emporter(projetee: Seance, gardees: dict[str, NoteDeDiapositive] | None = None) -> None:
    """Le diaporama et le compte rendu, en deux temps ; `gardees` : les notes du suivi, à défaut celles de la fenêtre.

    Un bouton de téléchargement fait au clic ne verrait pas la note que ce clic vient de fermer : le bouton qui prépare,
    lui, passe après elle. Dès qu'une note ou l'ordre change, ce qui était prêt ne se télécharge plus.
    """
    territoire = projetee.territoire
    prises = notes(territoire.territoire) if gardees is None else gardees
    contenu = (territoire.territoire, projetee.cles, tuple(prises.items()))
    if st.button("Préparer le diaporama, notes et décisions comprises (PPTX)"):
        st.session_state["diaporama_pret"] = (
            contenu,
            diaporama_pptx(projetee, prises),
            compte_rendu(projetee, prises),
        )
    pret, diaporama, rendu = st.session_state.get("diaporama_pret", (None, b"", ""))
    if pret != contenu:
        return
    with st.container(key="seance_telecharger", horizontal=True):
        st.download_button(
            "Télécharger le diaporama (PPTX)",
            diaporama,
            file_name=nom_de_fichier("seance", territoire, "pptx"),
            mime=PPTX,
            on_click="ignore",
        )
        st.download_button(
            "Télécharger les notes et décisions (texte)",
            rendu,
            file_name=nom_de_fichier("notes", territoire, "txt"),
            mime="text/plain",
            on_click="ignore",
        )
