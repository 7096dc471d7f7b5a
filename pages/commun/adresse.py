"""L'état des écrans vit dans l'adresse : un lien collé rouvre le même écran, un choix suit d'un écran à l'autre."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

_MEMOIRE = "memoire_des_choix"


def lire(nom: str) -> str | None:
    """Le choix en cours : celui de l'adresse, à défaut celui fait sur un autre écran."""
    memoire: dict[str, str] = st.session_state.setdefault(_MEMOIRE, {})
    if nom in st.query_params:
        memoire[nom] = st.query_params[nom]
    return memoire.get(nom) or None


def lire_liste(nom: str) -> list[str]:
    """Un choix multiple, écrit dans l'adresse avec des virgules."""
    return [morceau for morceau in (lire(nom) or "").split(",") if morceau]


def ecrire(nom: str, valeur: str | Sequence[str] | None) -> None:
    """Retient un choix et le porte dans l'adresse ; None ou vide l'en retire."""
    texte = valeur if isinstance(valeur, str) or valeur is None else ",".join(valeur)
    memoire: dict[str, str] = st.session_state.setdefault(_MEMOIRE, {})
    if texte:
        memoire[nom] = texte
        if st.query_params.get(nom) != texte:
            st.query_params[nom] = texte
    else:
        memoire.pop(nom, None)
        if nom in st.query_params:
            del st.query_params[nom]


def _retenir(nom: str, cle: str, options: Sequence[str]) -> None:
    """Porte un choix dans l'adresse ; le navigateur peut renvoyer un libellé périmé, qui n'est pas un code : ignoré."""
    choisi = st.session_state[cle]
    if isinstance(choisi, list):
        ecrire(nom, [code for code in choisi if code in options])
    elif choisi is None or choisi in options:
        ecrire(nom, choisi)


def choix_unique(
    nom: str,
    libelle: str,
    options: Sequence[str],
    *,
    defaut: str | None,
    nommer: Callable[[str], str],
    invite: str = "Choisir",
    aide: str | None = None,
    etiquette_visible: bool = True,
) -> str | None:
    """Une liste déroulante dont le choix vit dans l'adresse ; un code d'adresse inconnu laisse le défaut.

    L'adresse commande : elle est reportée dans le composant avant qu'il ne soit dessiné ; un défaut y est inscrit,
    pour que le lien collé ailleurs ne dépende de rien d'autre que de lui-même.
    """
    cle = f"choix_{nom}"
    courant = lire(nom)
    if courant not in options:
        courant = defaut if defaut in options else None
    if courant is not None:
        ecrire(nom, courant)
    if st.session_state.get(cle) != courant or cle not in st.session_state:
        st.session_state[cle] = courant
    return st.selectbox(
        libelle,
        options,
        key=cle,
        index=None,
        format_func=nommer,
        placeholder=invite,
        help=aide,
        label_visibility="visible" if etiquette_visible else "collapsed",
        on_change=lambda: _retenir(nom, cle, options),
    )


def choix_multiple(
    nom: str,
    libelle: str,
    options: Sequence[str],
    *,
    defaut: Sequence[str],
    nommer: Callable[[str], str],
    invite: str,
    selon: str,
) -> list[str]:
    """Un choix multiple dont la liste vit dans l'adresse ; les codes inconnus sont écartés.

    `selon` : ce dont dépend le défaut ; quand il change, la liste faite à la main est oubliée.
    """
    cle = f"choix_{nom}"
    if st.session_state.setdefault(f"{cle}_selon", selon) != selon:
        st.session_state[f"{cle}_selon"] = selon
        ecrire(nom, None)
    courants = [code for code in lire_liste(nom) if code in options] or [c for c in defaut if c in options]
    if st.session_state.get(cle) != courants:
        st.session_state[cle] = courants
    return st.multiselect(
        libelle,
        options,
        key=cle,
        format_func=nommer,
        placeholder=invite,
        on_change=lambda: _retenir(nom, cle, options),
    )
