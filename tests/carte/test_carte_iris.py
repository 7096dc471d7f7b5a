"""La carte des IRIS : une agglomération entière à la maille fine, les quartiers prioritaires tracés au-dessus."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from indicators.analyse.comparatif import confronter
from indicators.carte.classement import dresser
from indicators.carte.decoupage import decouper, methodes
from indicators.carte.dessin import Etroite, Reglages, dessiner
from indicators.carte.noms import nommer
from indicators.carte.notes import notes_de
from indicators.carte.plan import dresser_plan, recadrer
from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.territoires import Maille
from pages.serveur.premiere.largeurs import sans_l_autre_largeur
from pages.vues.carte import ecran

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
    _, plan, _, dessin = dessinee
    quartiers = {t.territoire for t in vraie.fiche(EPCI).quartiers if (t.statut, t.geographie) == ("QPV", 2024)}
    assert plan.perimetres.keys() == quartiers
    assert len(re.findall('class="dc-perimetre"', dessin)) == len(quartiers)
    assert dessin.rindex('class="dc-zone"') < dessin.index('class="dc-perimetre"')
    notes = " ".join(notes_de(dessinee[0], plan, vraie.catalogue.sources, devant=None, seule=True, fond=False))
    assert "périmètre des quartiers prioritaires de 2024" in notes
    assert "IRIS\u00a0: IGN et Insee, 2020" in notes


def test_l_ecran_d_une_carte_de_146_iris_pese_moins_de_200_ko_ses_deux_largeurs_comprises(vraie, dessinee):
    html, _ = ecran.cartes(vraie, [dessinee[0]], agglomeration=EPCI, emprise=None, ouvert=None, fond=False)
    assert html.count('class="dc-dessus"') == 2
    assert len(html.encode()) < 200_000


def test_les_deux_largeurs_ont_un_seul_terrain_et_chacune_ses_noms(vraie, dessinee):
    carte, _, reglages, _ = dessinee
    codes = [lieu.territoire for lieu in carte.lieux]
    plan = dresser_plan(vraie, codes, 940, 600, agglomeration=EPCI, aussi=(400, 430))
    etroite = Etroite(recadrer(plan, 400, 430))
    dessin = dessiner(carte, plan, reglages, vraie.catalogue.sources, etroite)
    terrain, ample, etroit = dessin.split('<g class="dc-dessus"')
    liens = re.findall('href="(portrait[^"]+)"', dessin)
    assert len(liens) == len(set(liens)) == 146
    assert [len(re.findall('class="dc-zone"', morceau)) for morceau in (terrain, ample, etroit)] == [146, 0, 0]
    assert "dc-noms" in ample and "dc-noms" in etroit and "dc-barre" in ample and "dc-barre" in etroit
    assert len(re.findall(' id="([^"]+)"', dessin)) == len(set(re.findall(' id="([^"]+)"', dessin)))
    demandes = set(re.findall(r'(?:url\(|href=")#([\w-]+)', dessin))
    assert demandes and demandes <= set(re.findall(' id="([^"]+)"', dessin))
    # La première vue n'a que les noms de l'appareil qui la demande, et le bureau, que les fonds de son cadre.
    for telephone, cadre in ((True, "400 430"), (False, "940 600")):
        allege = sans_l_autre_largeur(dessin, telephone=telephone)
        assert re.findall('data-cadre="([^"]+)"', allege) == [cadre]
        assert allege.count('class="dc-zone"') == 146 and plan.fond.limites in allege
        assert plan.fond.ailleurs and (plan.fond.ailleurs in allege) == telephone
        ElementTree.fromstring(allege)


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
