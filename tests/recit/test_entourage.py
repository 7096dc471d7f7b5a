"""Ce qui entoure un chiffre : une agglomération n'est pas rangée parmi ses quartiers, le secret est compté."""

from __future__ import annotations

import pytest

from indicators.analyse.portrait import dresser
from indicators.base.base import Base
from indicators.recit.page.diapositives import Barres, Famille
from indicators.recit.page.familles import familles
from indicators.socle.territoires import Maille


@pytest.mark.parametrize("code", ["EPCI200054807", "EPCI200042190", "QP059050"])
def test_a_cote_range_les_quartiers_et_compte_le_secret(vraie: Base, code: str):
    vue = dresser(vraie, code)
    blocs = [bloc for d in familles(vraie, vue) for bloc in d.blocs if isinstance(bloc, Famille)]
    dites = [(r.phrase, r.bloc) for b in blocs for r in b.reponses if r.touche == "v" and isinstance(r.bloc, Barres)]
    assert dites
    for phrase, barres in dites:
        assert not (vue.territoire.maille is Maille.EPCI and vue.territoire.nom_court in phrase)
        assert barres.sans_barre.count("(secret)") <= 4
