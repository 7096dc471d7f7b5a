"""Les diapositives d’un regroupement fait ici : ses nombres, qui sont des sommes, et l’étendue de ceux des membres."""

from __future__ import annotations

from indicators.analyse.portrait import Portrait
from indicators.recit.page import portrait
from indicators.recit.page.chiffres import en_phrase
from indicators.recit.page.diapositives import PLACE_DENSE, Diapositive, Liste, paginer
from indicators.recit.page.pied import pied
from indicators.recit.phrases import typographie
from indicators.socle.catalogue import Catalogue
from indicators.socle.nombres import INSECABLE, nombre


def membres(vue: Portrait, catalogue: Catalogue) -> list[Diapositive]:
    """Ce que disent ses membres, chiffres clés d'abord, puis ses sommes ; rien pour un autre territoire."""
    siens = vue.composition.membres
    if not vue.territoire.est_a_soi or not siens:
        return []
    qui = f"ses {nombre(len(siens))} membres"
    etendues = [f"{e.nom}{INSECABLE}: {e.valeurs} ({e.connus})." for e in portrait.etendues(vue, catalogue)]
    sommes = [li for li in vue.lignes if li.chiffre is not None and li.chiffre.a_une_valeur]
    return [
        *_pages("membres", f"Du plus faible au plus élevé de {qui}", etendues,
                pied([o for e in vue.etendues for o in (e.bas, e.haut)], catalogue)),
        *_pages("sommes", f"Ce qui s’additionne sur {qui}", [f"{en_phrase(li, vue)}." for li in sommes],
                pied([li.chiffre for li in sommes], catalogue)),
    ]  # fmt: skip


def _pages(cle: str, titre: str, items: list[str], au_pied: str) -> list[Diapositive]:
    pages = paginer(map(typographie, items), PLACE_DENSE)
    return [
        Diapositive(
            f"{cle}-{rang}",
            "Ses membres",
            titre + (f" ({rang} sur {len(pages)})" if len(pages) > 1 else ""),
            (Liste(page, dense=True),),
            au_pied,
        )
        for rang, page in enumerate(pages, start=1)
    ]
