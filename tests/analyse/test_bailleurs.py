"""Le parc par bailleur : les lignes imprimées, leurs sommes, et le total que le document imprime."""

from __future__ import annotations

import csv
from pathlib import Path

from indicators.analyse.bailleurs import reunir
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES
from pages.vues.portrait import bailleurs

CALL = "EPCI246200364"


def test_les_sommes_sont_refaites_des_lignes_et_confrontees_au_total_imprime(trois: Base):
    parc = reunir(trois, CALL)
    assert parc is not None
    for tableau in (parc.quartiers, parc.communes):
        for n, colonne in enumerate(tableau.colonnes):
            valeurs = [ligne.chiffres[n] for ligne in tableau.lignes]
            if trois.catalogue.indicateurs[colonne.indicateur].unite == "%":
                assert colonne.somme is None  # des parts ne s'additionnent pas
                continue
            assert colonne.somme == sum(o.valeur for o in valeurs if o is not None and o.valeur is not None)
    pdch, sia = parc.quartiers.colonnes
    assert pdch.imprime is not None and pdch.imprime.valeur == pdch.somme == 6307
    assert pdch.accord and sia.accord
    en_quartier, sia_en_quartier, de_la_commune, part_de_maisons_et_cites = parc.communes.colonnes
    assert part_de_maisons_et_cites.imprime is not None and part_de_maisons_et_cites.imprime.valeur == 54
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
    assert reponses["mc-02"]["part_bailleur_classe_fg:maisons_cites"] == 19
    assert "19\u202f%" in bailleurs.bloc(trois, trois.territoire(CALL)) or "19\xa0%" in bailleurs.bloc(
        trois, trois.territoire(CALL)
    )


def test_chaque_operation_d_un_bailleur_est_au_tableau_et_aucune_n_est_additionnee(trois: Base):
    chemin = Path(DOSSIER_DONNEES) / "projets" / "operations.csv"
    fichier = list(csv.DictReader(chemin.read_text("utf-8-sig").splitlines(), delimiter=";"))
    siennes = set(trois.communes_de(CALL))
    attendues = [o for o in fichier if o["bailleur"] and siennes & set(o["commune"].split(","))]
    parc = reunir(trois, CALL)
    assert parc is not None
    assert sorted(o.ligne for _, _, o in parc.operations) == sorted(int(o["ligne"]) for o in attendues)
    demolitions = [(b, t.nom_court, o.logements) for b, t, o in parc.operations if o.nature == "démolition"]
    assert [n for _, _, n in demolitions] == [88, 80, 60]
    sellier = next(ligne for ligne in parc.quartiers.lignes if ligne.lieu.territoire == "QP062027")
    assert {o.nature for o in sellier.operations} >= {"démolition", "réhabilitation thermique"}
    html = bailleurs.bloc(trois, trois.territoire(CALL))
    assert "ne s’additionnent pas" in html and "88\xa0logements" in html


def test_le_rpls_est_somme_ou_dit_pourquoi_non(vraie: Base):
    parc = reunir(vraie, CALL)
    assert parc is not None
    for tableau in (parc.quartiers, parc.communes):
        lus = [ligne.tous for ligne in tableau.lignes]
        if tableau.tous is None:
            assert None in lus or len({o.annee for o in lus if o}) > 1
        else:
            assert tableau.tous == sum(o.valeur or 0 for o in lus if o)


def test_le_rpls_des_communes_se_rapproche_de_celui_de_l_agglomeration(vraie: Base):
    """Ce qui manque à la somme est dans les communes qu'aucun bailleur ne cite : même fichier, même année."""
    parc = reunir(vraie, CALL)
    assert parc is not None and parc.rpls is not None and parc.communes.tous is not None
    citees = {ligne.lieu.territoire for ligne in parc.communes.lignes}
    autres = [c for c in vraie.communes_de(CALL) if c not in citees]
    lus = vraie.observations(autres, ["nb_logements_sociaux"])
    manque = sum(o.valeur or 0 for o in lus if o.annee == parc.rpls.annee and o.source == parc.rpls.source)
    assert parc.rpls.valeur == parc.communes.tous + manque
    assert "secret ou non publié pour Maroc – La Canche" in bailleurs.bloc(vraie, vraie.territoire(CALL))


def test_ailleurs_il_n_y_a_que_les_operations(trois: Base):
    ailleurs = reunir(trois, "EPCI200072460")
    assert ailleurs is not None and ailleurs.operations
    assert not (ailleurs.quartiers.lignes or ailleurs.communes.lignes or ailleurs.energie or ailleurs.engagements)
    assert bailleurs.bloc(trois, trois.territoire("QP062019")) == ""
