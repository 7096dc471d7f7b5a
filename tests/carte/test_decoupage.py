"""Les classes d'une carte : exactes et dites, secrets, manques et douteux à part."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from cartes import HAINAUT, LENS, carte, comparer_quartiers, par_code, quartiers, sans_blancs
from hypothesis import given
from hypothesis import strategies as st

from indicators.analyse.comparatif import confronter
from indicators.carte import classes
from indicators.carte.classement import Etat, dresser
from indicators.carte.decoupage import Methode, decouper, methodes
from indicators.carte.dessin import dire
from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.observations import Fiabilite


def dispersion(valeurs, bornes):
    groupes = {}
    for v in valeurs:
        groupes.setdefault(classes.classe_de(v, bornes), []).append(v)
    return sum(sum((v - sum(g) / len(g)) ** 2 for v in g) for g in groupes.values())


def test_quantiles_effectifs_egaux_et_ex_aequo_ensemble():
    assert classes.quantiles([1, 2, 3, 4, 5, 6], 3) == (2, 4, 6)
    assert classes.quantiles([5, 1, 4, 2, 3], 2) == (3, 5)
    assert classes.quantiles([1, 1, 1, 1, 9], 3) == (1, 9)
    assert classes.quantiles([], 3) == ()


def test_ruptures_la_ou_les_valeurs_se_separent():
    assert classes.ruptures([1, 2, 3, 50, 51, 52, 90], 3) == (3, 52, 90)
    assert classes.ruptures([4, 4, 4], 3) == (4,)
    assert classes.ruptures([], 3) == ()


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=9), st.integers(2, 4))
def test_propriete_les_ruptures_sont_les_meilleures_de_toutes(valeurs, k):
    distinctes = sorted(set(valeurs))
    k = min(k, len(distinctes))
    trouvees = classes.ruptures(valeurs, k)
    toutes = ((*coupes, distinctes[-1]) for coupes in itertools.combinations(distinctes[:-1], k - 1))
    assert len(trouvees) == k
    assert dispersion(valeurs, trouvees) == pytest.approx(min(dispersion(valeurs, b) for b in toutes), abs=1e-9)


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=60), st.sampled_from([classes.quantiles, classes.ruptures]))
def test_propriete_chaque_valeur_a_une_classe_et_l_ordre_est_garde(valeurs, methode):
    bornes = methode(valeurs, classes.combien(valeurs))
    assert list(bornes) == sorted(set(bornes))
    assert bornes[-1] == max(valeurs)
    rangs = [classes.classe_de(v, bornes) for v in sorted(valeurs)]
    assert rangs == sorted(rangs)
    assert set(rangs) == set(range(len(bornes)))


def test_les_quantiles_du_hainaut_ont_les_valeurs_qu_ils_disent(vraie):
    vue = comparer_quartiers(vraie, HAINAUT, "taux_emploi_15_64")
    une = carte(vue)
    assert une.decoupage.phrase.startswith("4 classes d’effectifs aussi égaux que possible")
    for classe in une.decoupage.classes:
        valeurs = [lieu.chiffre.valeur for lieu in une.lieux if lieu.classe is classe]
        basse, haute = (f"{v:.1f}".replace(".", ",") for v in (min(valeurs), max(valeurs)))
        assert sans_blancs(classe.valeurs) == f"de {basse} % à {haute} %"
    assert sum(une.effectifs.values()) == 13


def test_autour_de_la_reference_le_verdict_est_celui_de_la_comparaison(vraie):
    vue = comparer_quartiers(vraie, HAINAUT, "taux_emploi_15_64")
    assert methodes(vue)[0] is Methode.REFERENCE
    une = carte(vue, Methode.REFERENCE)
    ecarts = sorted(abs(li.comparaisons[0].ecart) for li in vue.lignes)
    assert une.decoupage.seuil == ecarts[6]
    for ligne in vue.lignes:
        lieu = par_code(une)[ligne.territoire.territoire]
        assert lieu.classe.jugement is ligne.comparaisons[0].jugement
        assert lieu.classe.mot.startswith("bien") == (abs(ligne.comparaisons[0].ecart) > une.decoupage.seuil)
        assert "défavorable" in lieu.classe.mot
    assert "médiane des écarts" in une.decoupage.phrase
    assert "54,6" in une.decoupage.phrase


def test_des_classes_imprimees_restent_celles_du_document(vraie):
    vue = comparer_quartiers(vraie, LENS, "part_logements_hlm")
    assert methodes(vue)[0] is Methode.DOCUMENT
    une = carte(vue, Methode.DOCUMENT)
    assert [sans_blancs(c.valeurs) for c in une.decoupage.classes] == [
        "de 0 à 25 %", "de 25 à 45 %", "de 45 à 55 %", "plus de 75 %"
    ]  # fmt: skip
    assert une.effectifs[Etat.CLASSE] == 20
    assert carte(vue).effectifs[Etat.ETENDUE] == 20


def test_des_classes_du_document_qui_ne_tiennent_pas_a_deux_cartes_deviennent_des_quantiles(vraie):
    imprimees = comparer_quartiers(vraie, LENS, "part_logements_hlm")
    exactes = replace(comparer_quartiers(vraie, HAINAUT, "taux_emploi_15_64"), indicateur=imprimees.indicateur)
    commun = decouper(Methode.DOCUMENT, imprimees, exactes)
    assert commun.methode is Methode.QUANTILES
    assert dresser(exactes, commun).effectifs[Etat.CLASSE] == 13


def test_rien_ne_se_classe_autour_d_une_reference_douteuse(vraie):
    """IDT de 2011 : celui de l'agglomération est invraisemblable ; celui de 2019, sûr, est d'une autre année."""
    idt, territoires = vraie.catalogue.indicateur("idt"), quartiers(vraie, HAINAUT)
    vue = confronter(vraie, idt, territoires, [vraie.territoire(HAINAUT)], "2011")
    assert not vue.references[0][1].douteuse
    assert Methode.REFERENCE not in methodes(vue)
    assert decouper(Methode.REFERENCE, vue).classes == ()


def test_un_nombre_absolu_ne_se_decoupe_pas_autour_d_une_reference(vraie):
    vue = comparer_quartiers(vraie, HAINAUT, "population")
    assert Methode.REFERENCE not in methodes(vue)
    assert all(c.effectif for c in carte(vue).decoupage.classes)


def test_deux_annees_ont_les_memes_classes(vraie):
    indicateur = vraie.catalogue.indicateur("idt")
    territoires, reference = quartiers(vraie, HAINAUT), [vraie.territoire(HAINAUT)]
    avant, apres = (confronter(vraie, indicateur, territoires, reference, a) for a in ("2011", "2019"))
    commun = decouper(Methode.QUANTILES, avant, apres)
    toutes = [li.chiffre.valeur for v in (avant, apres) for li in v.lignes]
    assert commun.bornes == classes.quantiles(toutes, 5)
    assert "Les mêmes classes sur les deux cartes" in commun.phrase
    for vue in (avant, apres):
        for lieu in dresser(vue, commun).lieux:
            assert lieu.classe.rang == classes.classe_de(lieu.chiffre.valeur, commun.bornes)


def test_secret_manquant_douteux_et_intervalle_n_ont_pas_de_classe(petite):
    territoires = petite.territoires(["QP001001", "QP001002", "QP001003"])
    vue = confronter(petite, petite.catalogue.indicateur("taux_pauvrete"), territoires, [])
    lieux = par_code(carte(vue))
    assert {c: lieu.etat for c, lieu in lieux.items()} == {
        "QP001001": Etat.CLASSE, "QP001002": Etat.ETENDUE, "QP001003": Etat.SECRET
    }  # fmt: skip
    assert lieux["QP001003"].chiffre is None
    assert "secret" in dire(lieux["QP001003"])


def test_un_chiffre_douteux_ne_compte_pas_dans_les_classes(vraie):
    vue = comparer_quartiers(vraie, "EPCI200072460", "taux_pauvrete")
    haute = vue.lignes[0]
    marquee = replace(haute, chiffre=haute.chiffre._replace(fiabilite=Fiabilite.DOUTEUSE, note="contredite"))
    classees = (marquee.chiffre, *vue.classement.classees[1:])
    classement = replace(vue.classement, classees=classees)
    une = carte(replace(vue, lignes=(marquee, *vue.lignes[1:]), classement=classement))
    douteux = [lieu for lieu in une.lieux if lieu.chiffre is not None and lieu.chiffre.douteuse]
    assert [lieu.territoire for lieu in douteux] == [haute.territoire]
    assert all(lieu.etat is Etat.DOUTEUX and lieu.classe is None for lieu in douteux)
    assert haute.chiffre.valeur not in une.decoupage.bornes


def test_un_intervalle_n_a_de_classe_que_s_il_est_tout_entier_du_meme_cote_du_seuil(petite):
    indicateur, reference = petite.catalogue.indicateur("taux_pauvrete"), [petite.territoire("EPCI200000001")]
    vue = confronter(petite, indicateur, petite.territoires(["QP001001", "QP001002"]), reference)
    decoupage = decouper(Methode.REFERENCE, vue)
    assert decoupage.seuil == pytest.approx(46.7 - 18.8)
    # De 25 − 18,8 = 6,2 à 30 − 18,8 = 11,2 points de plus : sous le seuil, quelle que soit la vraie valeur.
    assert par_code(dresser(vue, decoupage))["QP001002"].classe.mot == "plus élevé, défavorable"
    plus_bas = replace(decoupage, seuil=8.0, classes=tuple(replace(c, rang=4) for c in decoupage.classes))
    assert par_code(dresser(vue, plus_bas))["QP001002"].etat is Etat.ETENDUE


def test_une_carte_ne_mele_pas_deux_mailles_ni_deux_perimetres(petite):
    for codes in (["QP001001", "QN00101M"], ["QP001001", "COM01004"]):
        vue = confronter(petite, petite.catalogue.indicateur("taux_pauvrete"), petite.territoires(codes), [])
        with pytest.raises(ErreurObservatoire, match="ne mêle pas"):
            carte(vue)
