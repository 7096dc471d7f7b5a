"""Les cohortes : ce qui peut s'en dire, et de quoi en saisir les vagues."""

from __future__ import annotations

from datetime import date

import streamlit as st

from indicators.base.base import Base
from indicators.recit.dessins.suivi import Part, Releve, courbe, empilees
from indicators.suivi import cohortes, seances
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.cohortes import MASQUE, Cohorte, Publiee, SaisieCohorte
from pages.commun import blocs, papier, suivi
from pages.commun.affichage import afficher, en_clair
from pages.commun.gabarits import rendre
from pages.vues.suivi.commun import agglomeration, message, nom_de, petit


def montrer(base: Base, qui: Auteur | None) -> None:
    """Le sujet « cohortes »."""
    ou = agglomeration(base)
    toutes = [c for c in suivi.lire(cohortes.cohortes, []) if c.saisie.territoire == ou.territoire]
    afficher(papier.entete("Suivi : cohortes", territoire=ou.nom, documents="effectifs saisis"))
    if not toutes:
        message("Cohortes", f"Aucune cohorte n’est suivie pour {ou.nom}.")
    for c in toutes:
        _une(base, cohortes.publier(c))
        if qui is not None and qui.role is Role.ANIMATEUR:
            _vague(c, qui)
    if qui is not None and qui.role is Role.ANIMATEUR:
        _nouvelle(ou.territoire, qui)
    afficher(blocs.pied())


def _une(base: Base, c: Publiee) -> None:
    def dit(n: int | None) -> str:
        return MASQUE if n is None else str(n)

    releves = [Releve(f"{c.entree:%m/%Y}", 100.0 if c.effectif else None, "100 %" if c.effectif else MASQUE)]
    for jour, v in c.vagues:
        part = c.retention(v)
        releves.append(Releve(f"{jour:%m/%Y}", part, MASQUE if part is None else f"{part:.0f} %"))
    issues = [
        (f"{jour:%m/%Y}", [Part(mot, n, rang % 6) for rang, (mot, n) in enumerate(zip(c.issues, v.issues, strict=True))
                           if n is not None])
        for jour, v in c.vagues
    ]  # fmt: skip
    afficher(
        rendre(
            "suivi_sujets.html", part="cohorte", titre=c.titre, lieu=nom_de(base, c.territoire),
            entree=f"{c.entree:%d/%m/%Y}", effectif="moins de cinq" if c.effectif is None else c.effectif,
            definition=c.definition, retention=courbe(releves, f"{c.titre} : part encore suivie", 100.0),
            issues=empilees(issues, f"{c.titre} : issues, effectifs masqués omis", total=False) if c.issues else "",
            colonnes=["Encore suivis", "Perdus de vue", *c.issues],
            vagues=[
                {"jour": f"{jour:%d/%m/%Y}", "nombres": [dit(v.suivis), dit(v.perdus), *map(dit, v.issues)]}
                for jour, v in c.vagues
            ],
        )
    )  # fmt: skip


def _vague(c: Cohorte, qui: Auteur) -> None:
    with st.expander(f"Saisir une vague de « {en_clair(c.saisie.titre)} » (les effectifs entiers ne se voient qu’ici)"):
        for v in c.vagues:
            issues = ", ".join(f"{mot} {n}" for mot, n in zip(c.saisie.issues, v.issues, strict=True))
            petit(f"{v.jour:%d/%m/%Y} : {v.suivis} suivis, {v.perdus} perdus de vue. {issues}")
        with st.form(f"vague_{c.id}"):
            jour = st.date_input("Date", value=suivi.aujourdhui(), format="DD/MM/YYYY")
            un, deux = st.columns(2)
            suivis = un.number_input("Encore suivis", min_value=0, step=1, value=None)
            perdus = deux.number_input("Perdus de vue", min_value=0, step=1, value=None)
            comptes = [
                colonne.number_input(en_clair(mot), min_value=0, step=1, value=None, key=f"issue_{c.id}_{rang}")
                for rang, (colonne, mot) in enumerate(
                    zip(st.columns(max(1, len(c.saisie.issues))), c.saisie.issues, strict=False)
                )
            ]
            if st.form_submit_button("Enregistrer la vague", type="primary") and isinstance(jour, date):
                vue = next((v.trace.version for v in c.vagues if v.jour == jour), 0)
                suivi.tenter(
                    lambda m: cohortes.ecrire_vague(
                        m,
                        qui,
                        c.id,
                        jour,
                        suivis,
                        perdus,
                        comptes,
                        vue,
                    )
                )
                st.rerun()


def _nouvelle(territoire: str, qui: Auteur) -> None:
    with st.expander("Ouvrir une cohorte"), st.form("cohorte_nouvelle", clear_on_submit=True):
        titre = st.text_input("Titre", max_chars=200)
        definition = st.text_area("Qui y entre, et quand", max_chars=4000)
        un, deux = st.columns(2)
        entree = un.date_input("Date d’entrée", value=suivi.aujourdhui(), format="DD/MM/YYYY")
        effectif = deux.number_input("Personnes à l’entrée", min_value=0, step=1, value=None)
        issues = st.text_input(
            "Issues, séparées par des virgules", placeholder="en emploi, en formation, sans solution"
        )
        if st.form_submit_button("Ouvrir", type="primary") and isinstance(entree, date):
            mots = tuple(mot.strip() for mot in issues.split(",") if mot.strip())
            suivi.tenter(
                lambda m: cohortes.ecrire_cohorte(
                    m, qui, seances.nouvel_identifiant(),
                    SaisieCohorte(titre, territoire, definition, entree, effectif, mots), 0,  # type: ignore[arg-type]
                )
            )  # fmt: skip
            st.rerun()
