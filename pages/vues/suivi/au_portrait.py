"""Ce que le suivi dit d'un territoire, au bas de son portrait : décisions, engagements, socle."""

from __future__ import annotations

from indicators.analyse.portrait import Portrait
from indicators.base.base import Base
from indicators.recit import phrases
from indicators.suivi import engagements as dits
from indicators.suivi import seances, socle
from indicators.suivi.magasin import Magasin
from pages.commun import suivi
from pages.commun.gabarits import rendre
from pages.vues.engagements.ecran import tous
from pages.vues.suivi.commun import valeur
from pages.vues.suivi.decisions import TONS

_DECISIONS_MAX, _SOCLE_MAX = 5, 8


def bloc(base: Base, vue: Portrait) -> str:
    """Le bloc ; chaîne vide si rien n'est suivi, ou si aucun suivi n'est commencé."""
    return suivi.lire(lambda m: _bloc(m, base, vue), "")


def _bloc(m: Magasin, base: Base, vue: Portrait) -> str:
    code, jour = vue.territoire.territoire, m.horloge().date()
    tenues = seances.seances(m, code)
    ids = {s.id for s in tenues}
    prises = [d for d in seances.decisions(m) if d.seance in ids] if ids else []
    prises.sort(key=lambda d: (not d.en_retard(jour), d.saisie.etat in seances.CLOSES))
    points = dits.points(m)
    siens = [e for e in tous(base) if e.territoire in {code, f"QPV-{code}"}] if points else []
    situations = dits.situations(siens, points, jour)
    lignes = [d for x in socle.socle(m, code)[:_SOCLE_MAX] if (d := _ligne(base, vue, x)) is not None]
    if not (prises or siens or lignes):
        return ""
    filtre = {"engagement_territoire": siens[0].territoire} if len({e.territoire for e in siens}) == 1 else {}
    return rendre(
        "suivi_portrait.html", territoire=code, demonstration=suivi.est_une_demonstration(),
        seance=f"{tenues[0].jour:%d/%m/%Y}" if tenues else "",
        decisions=[
            {
                "texte": d.saisie.texte, "charge": d.saisie.charge or "à désigner", "mot": seances.MOTS[d.saisie.etat],
                "echeance": f"échéance {d.saisie.echeance:%d/%m/%Y}" if d.saisie.echeance else "sans échéance",
                "ton": TONS[d.saisie.etat], "en_retard": d.en_retard(jour),
            }
            for d in prises[:_DECISIONS_MAX]
        ],
        engagements=bool(siens), phrase=dits.phrase(dits.repartir(siens, situations, "theme")), filtre=filtre,
        socle=lignes,
    )  # fmt: skip


def _ligne(base: Base, vue: Portrait, ligne: socle.LigneDeSocle) -> dict[str, object] | None:
    if ligne.indicateur not in base.catalogue.indicateurs:
        return None
    i, s = base.catalogue.indicateurs[ligne.indicateur], ligne.saisie
    o = next((x.chiffre for x in vue.lignes if x.indicateur.indicateur == ligne.indicateur), None)
    annee = f" ({s.base_annee})" if s.base_annee else ""
    return {
        "nom": i.libelle_court, "depart": f"{valeur(s.base, i.unite)}{annee}" if s.base is not None else "sans départ",
        "lu": "pas de chiffre" if o is None else f"{phrases.chiffre(o, i.unite)} ({phrases.periode(o)})",
        "douteux": o is not None and o.douteuse, "cible": valeur(s.cible, i.unite),
    }  # fmt: skip
