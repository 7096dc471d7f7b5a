"""La programmation d'une année : les actions, et les besoins à côté de l'argent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from indicators.base.base import Base
from indicators.recit import phrases
from indicators.recit.dessins.suivi import Besoin, besoins_et_argent
from indicators.recit.engagements import nommer_theme
from indicators.socle.erreurs import TerritoireInconnu
from indicators.socle.nombres import nombre
from indicators.socle.observations import Observation, retenue
from indicators.socle.territoires import Territoire, cle_de_recherche
from indicators.suivi import besoins, programme, programme_import, seances, tableaux
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.besoins import Part, Partage
from indicators.suivi.programme import (
    MOTS,
    ActionProgrammee,
    EtatProgramme,
    Financement,
    Resultat,
    SaisieProgramme,
)
from indicators.suivi.refus import ErreurSuivi
from pages.commun import blocs, papier, suivi
from pages.commun.affichage import afficher, en_clair
from pages.commun.gabarits import rendre
from pages.parametres import ANNEE_SUIVIE
from pages.serveur import depots
from pages.vues.suivi.choix import pastilles
from pages.vues.suivi.commun import agglomeration, euros, message, petit

POPULATION = "population"
_ENTETES = ("habitants", "besoin", "actions", "pour lui seul", "partagés", "par habitant")


def montrer(base: Base, qui: Auteur | None) -> None:
    """Le sujet « programmation », pour une agglomération et une année."""
    cette = suivi.aujourdhui().year
    ou = agglomeration(base)
    annee = int(pastilles(ANNEE_SUIVIE, {str(a): str(a) for a in range(cette + 1, cette - 4, -1)}, defaut=str(cette)))
    actions = suivi.lire(lambda m: programme.programmation(m, annee, ou.territoire), [])
    afficher(papier.entete("Suivi : programmation", territoire=ou.nom, annee=str(annee), documents="actions saisies"))
    if qui is not None and qui.role is Role.ANIMATEUR:
        _importer(base, ou, annee, actions, qui)
        _ajouter(base, ou, annee, qui)
        _modifier(actions, qui)
    if not actions:
        message(f"Programmation {annee} — {ou.nom}", "Aucune action n’est saisie pour cette année.")
        afficher(blocs.pied())
        return
    besoin = "taux_pauvrete"
    montres, mesures = _perimetre(base, ou, besoin)
    rapproches = [_rapprocher(base, a, {q.territoire for q in montres}) for a in actions]
    population = _chiffres(base, montres, POPULATION)
    partage = besoins.partager(
        rapproches, {q.territoire: _habitants(population.get(q.territoire)) for q in montres}, "accorde"
    )
    unite = base.catalogue.indicateurs[besoin].unite
    total = sum(a.montant("accorde") or 0 for a in actions if a.saisie.etat not in besoins.SANS_SUITE)
    phrase = f"{len(actions)} actions en {annee}, {euros(total)} accordés, pour {len(montres)} quartiers."
    themes = sorted({p.theme for p in partage.parts if p.theme})
    noms = {q.territoire: q.nom_court for q in base.fiche(ou.territoire).quartiers}
    afficher(
        rendre(
            "suivi_sujets.html", part="programme", titre=f"Besoins et crédits {annee} — {ou.nom}", phrase=phrase,
            besoins=_dessin(montres, mesures, partage, unite) if montres else "",
            reserves=(*partage.reserves, *_du_perimetre(montres)),
            besoin=base.catalogue.indicateurs[besoin].libelle_court, entetes=_ENTETES,
            parts=[_part(q, partage.part(q.territoire), mesures.get(q.territoire), unite) for q in montres],
            themes=[nommer_theme(t, base.catalogue) for t in themes],
            par_theme=[
                {"nom": q.nom, "cases": [_credits(partage.part(q.territoire, t)) for t in themes]} for q in montres
            ]
            if themes
            else [],
            actions=[_action(base, a, noms) for a in actions],
        )
    )  # fmt: skip
    afficher(blocs.pied())


def _perimetre(base: Base, ou: Territoire, besoin: str) -> tuple[list[Territoire], dict[str, Observation]]:
    """Les quartiers d'un seul périmètre : celui dont le besoin est le mieux connu, le récent à égalité."""
    tous = base.fiche(ou.territoire).quartiers
    mesures = _chiffres(base, tous, besoin)
    perimetres = sorted({q.geographie or 0 for q in tous}, reverse=True)
    choisi = max(
        perimetres, key=lambda g: sum((q.geographie or 0) == g and q.territoire in mesures for q in tous), default=0
    )
    return [q for q in tous if (q.geographie or 0) == choisi], mesures


def _rapprocher(base: Base, a: ActionProgrammee, montres: set[str]) -> ActionProgrammee:
    """La même action, ses quartiers sous le périmètre montré quand un seul leur correspond."""
    codes = []
    for code in a.saisie.quartiers:
        try:
            autres = base.fiche(code).autres_perimetres & montres
        except TerritoireInconnu:
            autres = frozenset()
        codes.append(next(iter(autres)) if code not in montres and len(autres) == 1 else code)
    return replace(a, saisie=replace(a.saisie, quartiers=tuple(dict.fromkeys(codes))))


def _du_perimetre(montres: Sequence[Territoire]) -> tuple[str, ...]:
    perimetres = sorted({str(q.geographie) for q in montres if q.geographie})
    if not perimetres:
        return ()
    dits = f"Périmètres de {' et '.join(perimetres)}"
    return (f"{dits} : une action sur un quartier d’un autre périmètre y est rapprochée s’il n’en a qu’un.",)


def _chiffres(base: Base, lieux: Sequence[Territoire], indicateur: str) -> dict[str, Observation]:
    if indicateur not in base.catalogue.indicateurs:
        return {}
    par_lieu: dict[str, list[Observation]] = {}
    for o in base.observations_indicateur(indicateur, [t.territoire for t in lieux]):
        par_lieu.setdefault(o.territoire, []).append(o)
    montres = {code: retenue(connues) for code, connues in par_lieu.items()}
    return {code: o for code, o in montres.items() if o is not None}


def _habitants(o: Observation | None) -> float | None:
    return None if o is None or o.douteuse else o.valeur


def _par_habitant(p: Part | None) -> str:
    if p is None or p.par_habitant is None:
        return "population inconnue"
    bas, haut = p.par_habitant
    if round(bas) == round(haut):
        return f"{nombre(bas, 0)}\u00a0€"
    return f"de {nombre(bas, 0)} à {nombre(haut, 0)}\u00a0€"


def _dessin(montres: Sequence[Territoire], mesures: dict[str, Observation], partage: Partage, unite: str) -> str:
    lignes = []
    for q in montres:
        o, p = mesures.get(q.territoire), partage.part(q.territoire)
        lu = "pas de chiffre" if o is None else f"{phrases.chiffre(o, unite)} ({phrases.periode(o)})"
        sur = o.valeur if o is not None and not o.douteuse else None
        lignes.append(
            Besoin(q.nom_court, sur, lu + (" douteux" if o is not None and o.douteuse else ""),
                   p.par_habitant if p else None, _par_habitant(p))
        )  # fmt: skip
    lignes.sort(key=lambda x: -(x.besoin or 0))
    return besoins_et_argent(lignes, "Taux de pauvreté", "Crédits par habitant", "Besoins et crédits par quartier")


def _part(q: Territoire, p: Part | None, o: Observation | None, unite: str) -> dict[str, object]:
    lu = "pas de chiffre" if o is None else f"{phrases.chiffre(o, unite)}{' (douteux)' if o.douteuse else ''}"
    if p is None:
        return {"nom": q.nom, "cases": ["", lu, "0", "", "", ""]}
    habitants = "inconnus" if p.habitants is None else nombre(p.habitants, 0)
    return {
        "nom": q.nom,
        "cases": [habitants, lu, p.actions, euros(p.propre), euros(p.partage), _par_habitant(p)],
    }


def _credits(p: Part | None) -> str:
    if p is None:
        return "—"
    return euros(p.propre) if not p.partage else f"{euros(p.propre)} + {euros(p.partage)} partagés"


def _action(base: Base, a: ActionProgrammee, noms: dict[str, str]) -> dict[str, object]:
    s = a.saisie
    return {
        "titre": s.titre, "porteur": s.porteur, "theme": nommer_theme(s.theme, base.catalogue) if s.theme else "",
        "financeurs": ", ".join(f.financeur for f in s.financements),
        "quartiers": ", ".join(noms.get(q, q) for q in s.quartiers) or "non désignés", "etat": MOTS[s.etat],
        "demande": euros(a.montant("demande")), "accorde": euros(a.montant("accorde")),
        "depense": euros(a.montant("depense")),
        "bilan": ", ".join(f"{r.libelle} : {nombre(r.nombre, 0)}" for r in s.bilan),
    }  # fmt: skip


def _contexte(base: Base, ou: Territoire, annee: int) -> programme_import.Contexte:
    quartiers = base.fiche(ou.territoire).quartiers
    # Un quartier a souvent le même nom en 2015 et en 2024 : le nom désigne le périmètre récent, le code est exact.
    ranges = sorted(quartiers, key=lambda q: q.geographie or 0)
    noms = {cle_de_recherche(mot): q.territoire for q in ranges for mot in (q.nom, q.nom_court, q.territoire)}
    themes = {cle_de_recherche(t.libelle): c for c, t in base.catalogue.themes.items()}
    themes |= {cle_de_recherche(c): c for c in base.catalogue.themes}

    def theme(brut: str) -> str | None:
        cle = cle_de_recherche(brut)
        return themes.get(cle) or next((c for mot, c in themes.items() if cle and (cle in mot or mot in cle)), None)

    return programme_import.Contexte(annee, ou.territoire, lambda mot: noms.get(cle_de_recherche(mot)), theme)


def _importer(base: Base, ou: Territoire, annee: int, actions: Sequence[ActionProgrammee], qui: Auteur) -> None:
    with st.expander(f"Reprendre un tableau pour {annee} (XLSX ou CSV)"):
        depot = st.file_uploader("Tableau de programmation", type=["xlsx", "csv"], key="programme_depose")
        if depot is None:
            return
        try:
            tableau = programme_import.tableau_de(depots.octets(depot), depot.name)
            proposees, version = suivi.lire(lambda m: programme_import.correspondance(m, tableau.entete), ({}, 0))
            petit("Colonnes retenues d’un tableau semblable." if version else "Désignez les colonnes une fois.")
            entetes = [mot for mot in tableau.entete if mot]
            colonnes: dict[str, str] = {}
            for champ, libelle in programme_import.CHAMPS.items():
                connue = proposees.get(champ)
                choisie = st.selectbox(
                    libelle, entetes, index=entetes.index(connue) if connue in entetes else None,
                    key=f"colonne_{champ}_{programme_import.empreinte(tableau.entete)}", placeholder="Aucune colonne",
                )  # fmt: skip
                if choisie:
                    colonnes[champ] = choisie
            lues = programme_import.actions_du_tableau(tableau, colonnes, _contexte(base, ou, annee), depot.name)
        except ErreurSuivi as refus:
            for phrase in str(refus).split("\n"):
                st.error(en_clair(phrase))
            return
        connues = {a.id: a.trace.version for a in actions}
        st.write(f"{len(lues)} actions lues, dont {sum(i in connues for i, _ in lues)} déjà saisies.")

        def garder() -> None:
            def ecrire(m: object) -> None:
                programme_import.retenir(m, qui, tableau.entete, colonnes, version)  # type: ignore[arg-type]
                programme.programmer_tout(m, qui, [(i, d, connues.get(i, 0)) for i, d in lues])  # type: ignore[arg-type]

            suivi.tenter(ecrire)

        st.button(f"Enregistrer ces {len(lues)} actions", type="primary", disabled=not lues, on_click=garder)


def _ajouter(base: Base, ou: Territoire, annee: int, qui: Auteur) -> None:
    quartiers = {q.territoire: q.nom for q in base.fiche(ou.territoire).quartiers}
    with st.expander("Ajouter une action"), st.form("action_programmee", clear_on_submit=True):
        un, deux = st.columns(2)
        titre = un.text_input("Titre", max_chars=200)
        porteur = deux.text_input("Organisation", max_chars=200)
        theme = un.selectbox(
            "Thème", list(base.catalogue.themes), index=None, placeholder="Choisir",
            format_func=lambda c: nommer_theme(c, base.catalogue),
        )  # fmt: skip
        etats = tuple(EtatProgramme)
        etat = deux.selectbox("État", etats, format_func=MOTS.__getitem__)
        lieux = st.multiselect(
            "Quartiers", list(quartiers), format_func=quartiers.__getitem__, placeholder="Choisir", select_all=False
        )
        public = st.text_input("Public", max_chars=200)
        trois, quatre, cinq, six = st.columns(4)
        financeur = trois.text_input("Financeur", max_chars=200)
        montants = [
            colonne.number_input(mot, min_value=0.0, value=None, placeholder="inconnu")
            for colonne, mot in ((quatre, "Demandé (€)"), (cinq, "Accordé (€)"), (six, "Dépensé (€)"))
        ]
        if st.form_submit_button("Ajouter", type="primary"):
            centimes = [None if m is None else round(m * 100) for m in montants]
            financements = (Financement(financeur or "non précisé", *centimes),)
            dite = SaisieProgramme(
                annee, ou.territoire, titre, porteur, theme or "", "", tuple(lieux), public, etat, financements
            )
            suivi.tenter(lambda m: programme.programmer(m, qui, seances.nouvel_identifiant(), dite, 0))
            st.rerun()


def _modifier(actions: Sequence[ActionProgrammee], qui: Auteur) -> None:
    """Ce qu'une action est devenue : son état, ce que chaque financeur a accordé et dépensé, son bilan."""
    if not actions:
        return
    with st.expander("Dire ce qu’une action est devenue"):
        par_id = {a.id: a for a in actions}
        choisie = st.selectbox(
            "Action", tuple(par_id), format_func=lambda i: par_id[i].saisie.titre, index=None,
            key="action_programmee_suivie", placeholder="Choisir une action",
        )  # fmt: skip
        if choisie is None:
            return
        a = par_id[choisie]
        s = a.saisie
        with st.form(f"programme_{a.id}_{a.trace.version}"):
            etats = tuple(EtatProgramme)
            etat = st.selectbox("État", etats, index=etats.index(s.etat), format_func=MOTS.__getitem__)
            financements = []
            for rang, f in enumerate(s.financements):
                colonnes = st.columns(3)
                montants = [
                    colonne.number_input(
                        f"{en_clair(f.financeur)} : {mot} (€)", min_value=0.0, value=None if m is None else m / 100,
                        placeholder="inconnu", key=f"montant_{a.id}_{rang}_{mot}_{a.trace.version}",
                    )
                    for colonne, (mot, m) in zip(
                        colonnes, (("demandé", f.demande), ("accordé", f.accorde), ("dépensé", f.depense)), strict=True
                    )
                ]  # fmt: skip
                centimes = [None if m is None else round(m * 100) for m in montants]
                financements.append(Financement(f.financeur, *centimes))
            bilan = st.text_input(
                "Bilan en résultats comptés", value=" ; ".join(f"{r.libelle} : {nombre(r.nombre, 0)}" for r in s.bilan),
                placeholder="participants : 24 ; ateliers : 6", max_chars=1000,
            )  # fmt: skip
            retiree = st.checkbox("Retirer cette action")
            if st.form_submit_button("Enregistrer", type="primary"):
                suivi.tenter(
                    lambda m: programme.programmer(
                        m, qui, a.id,
                        replace(s, etat=etat, financements=tuple(financements), bilan=_bilan(bilan), retiree=retiree),
                        a.trace.version,
                    )
                )  # fmt: skip
                st.rerun()


def _bilan(tape: str) -> tuple[Resultat, ...]:
    """« participants : 24 ; ateliers : 6 » ; lève `ErreurSuivi` si un résultat n'a pas de nombre."""
    resultats = []
    for morceau in filter(None, (m.strip() for m in tape.split(";"))):
        libelle, _, compte = morceau.rpartition(":")
        try:
            lu = tableaux.nombre(compte)
        except ValueError:
            lu = None
        if lu is None or not libelle.strip():
            raise ErreurSuivi(f"« {morceau[:80]} » n’est pas un résultat. Attendu : « participants : 24 ».")
        resultats.append(Resultat(libelle.strip(), lu))
    return tuple(resultats)
