"""La carte des IRIS : une agglomération entière à la maille fine, les quartiers prioritaires tracés au-dessus."""

from __future__ import annotations

import re

import pytest

from indicators.analyse.comparatif import confronter
from indicators.carte.classement import dresser
from indicators.carte.decoupage import decouper, methodes
from indicators.carte.dessin import Reglages, dessiner, notes_de
from indicators.carte.noms import nommer
from indicators.carte.plan import dresser_plan
from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.territoires import Maille

EPCI = "EPCI200072460"


def carte_de(base, territoires):
    vue = confronter(base, base.catalogue.indicateur("taux_pauvrete"), territoires, [base.territoire(EPCI)], "2021")
    return dresser(vue, decouper(methodes(vue)[0], vue))


@pytest.fixture(scope="module")
def dessinee(vraie):
    """La carte des 146 lieux de Béthune-Bruay : ce qui est classé, le plan, le dessin de l'écran large."""
    carte = carte_de(vraie, vraie.maille_fine(EPCI))
    plan = dresser_plan(
        vraie, [lieu.territoire for lieu in carte.lieux], 940, 600, agglomeration=EPCI, debord=(0.3, 0.1)
    )
    reglages = Reglages(940, 600, liens=True, seule=True)
    return carte, plan, reglages, dessiner(carte, plan, reglages, vraie.catalogue.sources)


def test_les_146_lieux_ont_un_contour_et_aucun_symbole(dessinee):
    carte, plan, _, _ = dessinee
    mailles = [lieu.territoire.maille for lieu in carte.lieux]
    assert (mailles.count(Maille.IRIS), mailles.count(Maille.COMMUNE)) == (62, 84)
    assert len(plan.traces) == 146
    assert plan.symboles == {}
    assert plan.sans_position == ()


def test_les_quartiers_prioritaires_sont_traces_au_dessus_des_iris(vraie, dessinee):
    _, plan, reglages, dessin = dessinee
    quartiers = {t.territoire for t in vraie.fiche(EPCI).quartiers if (t.statut, t.geographie) == ("QPV", 2024)}
    assert plan.perimetres.keys() == quartiers
    assert len(re.findall('class="dc-perimetre"', dessin)) == len(quartiers)
    assert dessin.rindex('class="dc-zone"') < dessin.index('class="dc-perimetre"')
    notes = " ".join(notes_de(dessinee[0], plan, reglages, vraie.catalogue.sources))
    assert "périmètre des quartiers prioritaires de 2024" in notes
    assert "IRIS\u00a0: IGN et Insee, 2020" in notes


def test_une_carte_de_146_iris_pese_moins_de_200_ko(dessinee):
    assert len(dessinee[3].encode()) < 200_000


def test_un_iris_n_est_pas_nomme_de_loin_mais_sa_commune_l_est(dessinee):
    carte, plan, _, dessin = dessinee
    visibles = re.findall(r"<text [^>]*?>([^<]+)", re.sub(r'<text [^>]*display="none"[^>]*>[^<]*', "", dessin))
    assert "Béthune" in visibles
    siens = {nommer(lieu.territoire) for lieu in carte.lieux if lieu.territoire.maille is Maille.IRIS}
    assert "Centre Ville" in siens and not siens & set(visibles)
    assert plan.reperes


def test_une_carte_ne_mele_toujours_pas_quartiers_et_iris(vraie):
    melange = [vraie.territoire("QP062017"), *vraie.maille_fine(EPCI)]
    with pytest.raises(ErreurObservatoire, match="ne mêle pas"):
        carte_de(vraie, melange)


def test_une_carte_de_communes_garde_leurs_contours_et_n_a_pas_de_perimetre(vraie):
    communes = vraie.territoires(vraie.communes_de(EPCI))
    plan = dresser_plan(vraie, communes, 940, 600, agglomeration=EPCI)
    assert plan.perimetres == {}
    assert len(plan.traces) == len(communes) == 100
