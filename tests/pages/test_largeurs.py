"""La première vue d'une carte n'a qu'une largeur, et rien d'autre n'en part."""

from __future__ import annotations

import re
from functools import partial

import ecrans
import pytest

from pages.serveur.premiere.largeurs import AMPLE, ETROITE, sans_l_autre_largeur

ouvrir = partial(ecrans.ouvrir, "carte")

DESSIN = '<svg viewBox="0 0 1 1"><title>a &lt;g&gt; b</title><path d="M0 0"/>\n<g><svg><g></g></svg></g></svg>'


def bloc(classe: str, suite: str = "") -> str:
    return f'<g class="{classe}">\n{DESSIN}{suite}</g>'


@pytest.mark.parametrize("suite", ["", "<p>une note</p>", "<g>\n<g>deux</g></g>", "</p><br>"])
@pytest.mark.parametrize(("telephone", "retiree", "gardee"), [(True, AMPLE, ETROITE), (False, ETROITE, AMPLE)])
def test_un_dessin_part_entier_et_ce_qui_le_suit_reste(suite: str, telephone: bool, retiree: str, gardee: str):
    """Un motif cherchait « </svg></div> » : une note sous le dessin lui faisait emporter la légende, ou rien."""
    legende = f"<div><p>légende</p>{DESSIN}</div>"
    avant, apres = f"<figure>{bloc(gardee, suite)}", f"{legende}</figure>"
    deux = avant + bloc(retiree, suite) + apres
    assert sans_l_autre_largeur(deux, telephone=telephone) == avant + apres
    assert sans_l_autre_largeur(deux * 2, telephone=telephone) == (avant + apres) * 2
    assert sans_l_autre_largeur(avant + apres, telephone=telephone) == avant + apres


def test_un_bloc_qui_ne_se_ferme_pas_reste_comme_il_est():
    casse = f'<p>avant</p><g class="{ETROITE}"><svg>'
    assert sans_l_autre_largeur(casse, telephone=False) == casse


@pytest.mark.parametrize("telephone", [True, False])
def test_la_carte_garde_son_autre_dessin_et_sa_legende(telephone: bool):
    essai = ouvrir(groupe="EPCI246200364-QPV2015", indicateur="taux_pauvrete")
    (carte,) = [b.value for b in essai.markdown if f'class="{AMPLE}"' in b.value]
    legere = sans_l_autre_largeur(carte, telephone=telephone)
    cadres = re.findall(r'data-cadre="([^"]+)"', carte)
    assert len(cadres) == 2 and re.findall(r'data-cadre="([^"]+)"', legere) == [cadres[telephone]]
    assert legere.count("<g") == legere.count("</g>") < carte.count("<g")
    assert legere.count("<div") == carte.count("<div") and 'class="dc-terrain"' in legere
    assert 'class="dc-legende"' in legere
