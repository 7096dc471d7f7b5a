"""Les engagements : où l'on en est, et la revue de l'année, faite par ceux qui les tiennent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from indicators.base.base import Base
from indicators.publications.exports import TYPES_MIME
from indicators.recit.dessins.suivi import Part, empilees
from indicators.recit.engagements import cible_en_mots
from indicators.socle.engagements import Engagement
from indicators.socle.nombres import capitale, compter, nombre
from indicators.socle.unites import avec_unite
from indicators.suivi import engagements as dits
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.documents import point as documents
from indicators.suivi.ecriture import historique
from indicators.suivi.engagements import Etat, Point, Saisie
from indicators.suivi.magasin import Magasin
from indicators.suivi.tables import ENGAGEMENT_POINTS
from pages.commun import choix, suivi
from pages.commun.affichage import afficher, en_clair
from pages.commun.emporter import PPTX
from pages.commun.gabarits import rendre
from pages.parametres import ENGAGEMENT, PAR
from pages.vues.suivi.champ import champ
from pages.vues.suivi.choix import pastilles
from pages.vues.suivi.commun import petit

ORDRE = (Etat.REALISE, Etat.EN_COURS, Etat.ENGAGE, Etat.A_ENGAGER, Etat.ABANDONNE, Etat.SANS_NOUVELLES)
_TONS = {
    Etat.REALISE: "fait", Etat.EN_COURS: "cours", Etat.ENGAGE: "cours", Etat.A_ENGAGER: "attente",
    Etat.ABANDONNE: "arret", Etat.SANS_NOUVELLES: "attente",
}  # fmt: skip
_GROUPES = {"theme": "Thème", "partenaire": "Partenaire", "echeance": "Échéance"}
_VUS = 60


def ou_en_est_on(
    montres: Sequence[Engagement], situations: Mapping[str, dits.SituationDite], noms: Mapping[str, Mapping[str, str]]
) -> None:
    """L'image par groupe choisi, sa phrase, son tableau."""
    if not montres:
        return
    groupe = pastilles(PAR, {c: f"Par {mot.lower()}" for c, mot in _GROUPES.items()})
    repartition = dits.repartir(montres, situations, groupe)
    groupes = sorted(repartition.par_groupe.items(), key=lambda g: (-g[1].total(), g[0]))
    if groupe == "echeance":
        groupes.sort()
    lignes = [("Tous", repartition.total), *((noms[groupe].get(code, code), c) for code, c in groupes)]
    dessin = empilees(
        [(nom, [Part(dits.MOTS[e], c[e], rang) for rang, e in enumerate(ORDRE)]) for nom, c in lignes[1:]],
        f"Engagements par état, par {_GROUPES[groupe].lower()}",
    )
    retards = [sum(repartition.retards.values()), *(repartition.retards[code] for code, _ in groupes)]
    afficher(
        rendre(
            "suivi.html", part="ou_en_est_on", phrase=dits.phrase(repartition), dessin=dessin, groupe=_GROUPES[groupe],
            etats=[dits.MOTS[e] for e in ORDRE],
            lignes=[
                {"nom": nom, "comptes": [c[e] for e in ORDRE], "retards": r}
                for (nom, c), r in zip(lignes, retards, strict=True)
            ],
        )
    )  # fmt: skip


def tableau(montres: Sequence[Engagement], situations: Mapping[str, dits.SituationDite], publies: bool) -> None:
    """Ceux dont quelqu'un a parlé, et ceux qui sont en retard ; les en retard d'abord."""
    vus = [e for e in montres if situations[e.id].point is not None or situations[e.id].en_retard]
    if not vus:
        return
    vus.sort(key=lambda e: not situations[e.id].en_retard)
    reste = len(vus) - _VUS
    afficher(
        rendre(
            "suivi.html",
            part="points",
            titre="Ce qu’en disent ceux qui les tiennent",
            points=[_ligne(e, situations[e.id], publies) for e in vus[:_VUS]],
            reste=f"… et {reste} autres : filtrez, ou téléchargez-les." if reste > 0 else "",
        )
    )


def _ligne(e: Engagement, s: dits.SituationDite, publies: bool) -> dict[str, object]:
    dite = None if s.point is None else s.point.publiee if publies else s.point.saisie
    return {
        "action": capitale(e.action), "partenaire": e.partenaire, "mot": dits.MOTS[s.etat], "ton": _TONS[s.etat],
        "en_retard": s.en_retard, "annee": s.annee, "par": s.point.trace.en_mots if s.point else "",
        "a_valider": bool(s.point and s.point.a_valider), "atteint": _atteint(dite), "cible": _cible(e),
        "echeance": e.echeance or "non imprimée", "commentaire": dite.commentaire if dite else "",
        "preuve": dite.preuve if dite else "",
    }  # fmt: skip


def _cible(e: Engagement) -> str:
    return cible_en_mots(e) if e.cible is not None else ""


def _atteint(dite: Saisie | None) -> str:
    if dite is None or dite.valeur is None:
        return ""
    decimales = len(f"{dite.valeur:.6f}".rstrip("0").partition(".")[2])
    return (
        avec_unite(nombre(dite.valeur, decimales), dite.unite, dite.valeur)
        if dite.unite
        else nombre(dite.valeur, decimales)
    )


def emporter(
    montres: Sequence[Engagement], situations: Mapping[str, dits.SituationDite], filtre: str, base: Base
) -> None:
    """Le point pour le comité technique : classeur et diaporama, faits au clic."""
    noms = {e.id: base.territoire(e.territoire).nom for e in montres}
    gauche, droite = st.columns(2, gap="small")
    gauche.download_button(
        "Où en est-on (XLSX)",
        lambda: documents.classeur(montres, situations, noms),
        file_name="suivi-engagements.xlsx",
        mime=TYPES_MIME["xlsx"],
        on_click="ignore",
        width="stretch",
    )
    droite.download_button(
        "Où en est-on, pour le comité (PPTX)",
        lambda: documents.diaporama(
            montres, situations, filtre, base.territoire(montres[0].territoire), suivi.aujourdhui()
        ),
        file_name="suivi-engagements.pptx",
        mime=PPTX,
        on_click="ignore",
        width="stretch",
    )


# --- la revue ----------------------------------------------------------------------------------------------


def revue(base: Base, tous: Sequence[Engagement], points: Sequence[Point], qui: Auteur) -> None:
    """La revue de l'année : chaque engagement de cette personne, son état, de quoi l'écrire."""
    siens = [e for e in tous if qui.role is Role.ANIMATEUR or e.partenaire_code in qui.partenaires]
    if not siens:
        return
    annee = suivi.aujourdhui().year
    de_l_annee = {p.engagement: p for p in points if p.annee == annee}
    faits = sum(e.id in de_l_annee for e in siens)
    titre = f"Ma revue {annee}" if qui.role is Role.PARTENAIRE else f"Écrire la revue {annee}"
    phrase = f"{compter(faits, 'engagement')} sur {len(siens)} mis à jour cette année."
    afficher(rendre("suivi.html", part="revue", titre=titre, phrase=phrase))
    codes = [e.id for e in siens]
    par_code = {e.id: e for e in siens}
    premier = next((c for c in codes if c not in de_l_annee), codes[0])

    def nommer_un(code: str) -> str:
        e = par_code[code]
        marque = "✓" if code in de_l_annee else "○"
        partenaire = f" — {e.partenaire}" if qui.role is Role.ANIMATEUR else ""
        return f"{marque} {capitale(e.action)[:90]}{partenaire}"

    code = choix.choix_unique(
        ENGAGEMENT, "Engagement à mettre à jour", codes, defaut=premier, nommer=nommer_un, invite="Choisir"
    )
    if code is not None:
        _un(base, par_code[code], annee, de_l_annee.get(code), qui)


def _valider(qui: Auteur, p: Point, magasin: Magasin) -> None:
    dits.valider(magasin, qui, p.engagement, p.annee, p.trace.version)


def _histoire(magasin: Magasin, e: Engagement, annee: int) -> list[dict[str, str]]:
    """Ce qui a été écrit de cet engagement depuis cinq ans, le plus récent d'abord."""
    return [
        {
            "quand": f"{c.moment.astimezone():%d/%m/%Y}",
            "par": c.par,
            "quoi": " — ".join(filter(None, (dits.MOTS[Etat(c.apres["etat"])], c.apres["commentaire"]))),
        }
        for a in range(annee, annee - 5, -1)
        for c in reversed(historique(magasin, ENGAGEMENT_POINTS, engagement=e.id, annee=a))
    ]


def _un(base: Base, e: Engagement, annee: int, point: Point | None, qui: Auteur) -> None:
    afficher(
        rendre(
            "suivi.html", part="engagement", objectif=e.objectif, action=capitale(e.action), cible=_cible(e),
            echeance=e.echeance, source=base.catalogue.sources[e.source].titre,
            histoire=suivi.lire(lambda m: _histoire(m, e, annee), []),
        )
    )  # fmt: skip
    dite = point.saisie if point else Saisie(Etat.SANS_NOUVELLES, unite=e.unite if e.cible is not None else "")
    version = point.trace.version if point else 0
    prefixe = f"revue_{e.id}_{annee}"
    # Les widgets montrent ce qui est écrit : une version nouvelle les refait, ce qui est tapé part aussitôt.
    cles = {nom: f"{prefixe}_{nom}_{version}" for nom in ("etat", "valeur", "unite", "jour", "preuve")}

    def garder(nom: str) -> None:
        valeur = st.session_state[cles[nom]]
        if nom == "etat":
            valeur = valeur or Etat.SANS_NOUVELLES

        def ecrire(m: Magasin) -> object:
            actuel = next((p for p in dits.points(m, e.id) if p.annee == annee), None)
            depart, vue = dite, version
            # Rien n'est remplacé tant que ce champ-ci est celui qu'on avait lu ; les autres restent ce qu'ils sont.
            if actuel is not None and getattr(actuel.saisie, nom) == getattr(dite, nom):
                depart, vue = actuel.saisie, actuel.trace.version
            return dits.ecrire_point(m, qui, e, annee, replace(depart, **{nom: valeur}), vue)

        suivi.tenter(ecrire)

    st.pills(
        "État", list(ORDRE), default=dite.etat if point else None, format_func=dits.MOTS.__getitem__, key=cles["etat"],
        on_change=garder, args=("etat",), selection_mode="single",
    )  # fmt: skip
    un, deux, trois = st.columns(3)
    un.number_input(
        "Valeur atteinte",
        value=dite.valeur,
        key=cles["valeur"],
        on_change=garder,
        args=("valeur",),
        placeholder="aucune",
    )
    deux.text_input("Unité", value=dite.unite, key=cles["unite"], on_change=garder, args=("unite",), max_chars=200)
    trois.date_input(
        "Date du constat", value=dite.jour, key=cles["jour"], on_change=garder, args=("jour",), format="DD/MM/YYYY"
    )
    st.text_input(
        "Preuve (adresse d’un document)", value=dite.preuve, key=cles["preuve"], on_change=garder, args=("preuve",),
        max_chars=500, placeholder="https://…",
    )  # fmt: skip

    def commenter(m: Magasin, texte: str, vue: int) -> int:
        actuel = next((p.saisie for p in dits.points(m, e.id) if p.annee == annee), dite)
        return dits.ecrire_point(m, qui, e, annee, replace(actuel, commentaire=texte), vue)

    champ(prefixe, "Commentaire", dite.commentaire, version, commenter, colonne="commentaire")
    if point is not None:
        quand = f"Enregistré le {point.trace.moment.astimezone():%d/%m/%Y à %H:%M}, {point.trace.en_mots}."
        attente = " En attente de validation par l’animateur." if point.a_valider else " Publié."
        petit(quand + attente)
        if point.a_valider and qui.role is Role.ANIMATEUR:
            st.button(
                "Valider et publier",
                key=f"{prefixe}_valider",
                type="primary",
                on_click=suivi.geste(lambda m: dits.valider(m, qui, e.id, annee, version)),
            )


def a_valider(tous: Sequence[Engagement], points: Sequence[Point], qui: Auteur) -> None:
    """Ce que l'animateur n'a pas encore validé, à valider d'un geste chacun."""
    par_code = {e.id: e for e in tous}
    attente = [p for p in points if p.a_valider and p.engagement in par_code][:20]
    if not attente:
        return
    with st.expander(f"À valider ({len(attente)})", expanded=True):
        for p in attente:
            e = par_code[p.engagement]
            texte, bouton = st.columns([5, 1], vertical_alignment="center")
            texte.markdown(
                en_clair(f"{e.partenaire} · {capitale(e.action)[:140]} : {dits.MOTS[p.saisie.etat]} ({p.annee})")
            )
            bouton.button(
                "Valider",
                key=f"valider_{p.engagement}_{p.annee}",
                on_click=suivi.geste(partial(_valider, qui, p)),
            )
