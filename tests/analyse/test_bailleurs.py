"""Le parc par bailleur : les lignes imprimées, leurs sommes, et le total que le document imprime."""

from __future__ import annotations

from indicators.analyse.bailleurs import reunir
from indicators.base.base import Base
from pages.vues.portrait import bailleurs

CALL = "EPCI246200364"


def test_les_sommes_sont_refaites_des_lignes_et_confrontees_au_total_imprime(trois: Base):
    parc = reunir(trois, CALL)
    assert parc is not None
    for tableau in (parc.quartiers, parc.communes):
        for n, colonne in enumerate(tableau.colonnes):
            valeurs = [ligne.chiffres[n] for ligne in tableau.lignes]
            assert colonne.somme == sum(o.valeur for o in valeurs if o is not None and o.valeur is not None)
    pdch, sia = parc.quartiers.colonnes
    assert pdch.imprime is not None and pdch.imprime.valeur == pdch.somme == 6307
    assert pdch.accord and sia.accord
    en_quartier, sia_en_quartier, de_la_commune = parc.communes.colonnes
    assert en_quartier.accord
    assert (sia_en_quartier.somme, sia_en_quartier.accord) == (2169 - 13, False)
    assert de_la_commune.accord is False and de_la_commune.imprime is not None and de_la_commune.imprime.note


def test_un_lieu_que_le_bailleur_ne_cite_pas_n_est_pas_un_zero(trois: Base):
    parc = reunir(trois, CALL)
    assert parc is not None
    camus = next(ligne for ligne in parc.quartiers.lignes if ligne.lieu.territoire == "QP062002")
    assert camus.chiffres[0] is None and camus.chiffres[1] is not None and camus.chiffres[1].valeur == 226


def test_l_engagement_des_classes_f_et_g_rencontre_son_chiffre(trois: Base):
    parc = reunir(trois, CALL)
    assert parc is not None
    reponses = {e.id: {o.indicateur: o.valeur for _, o in repond} for e, repond in parc.engagements}
    assert reponses["mc-02"]["part_maisons_cites_classe_fg"] == 19
    assert "19\u202f%" in bailleurs.bloc(trois, trois.territoire(CALL)) or "19\xa0%" in bailleurs.bloc(
        trois, trois.territoire(CALL)
    )


def test_ailleurs_il_n_y_a_rien(trois: Base):
    assert reunir(trois, "EPCI200072460") is None
    assert bailleurs.bloc(trois, trois.territoire("QP062019")) == ""
