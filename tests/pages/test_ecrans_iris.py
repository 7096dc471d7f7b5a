"""Les écrans à la maille des IRIS : la carte d'une agglomération, le portrait d'un IRIS et celui d'un quartier."""

from __future__ import annotations

import re

from ecrans import blocs, ouvrir, texte


def liens(essai):
    return set(re.findall(r'href="(carte\?[^"]*)"', " ".join(blocs(essai))))


def test_la_carte_passe_des_quartiers_aux_communes_et_aux_iris():
    essai = ouvrir("carte", groupe="EPCI246200364-IRIS")
    lu = texte(essai)
    assert "Afficher : quartiers · communes · IRIS" in lu
    assert {"carte?groupe=EPCI246200364-QPV2015", "carte?groupe=EPCI246200364-COMMUNES"} <= liens(essai)
    assert "ce n’est pas un quartier" in lu
    assert "Pauvreté hors des quartiers prioritaires" in lu
    assert "aucun IRIS sans quartier prioritaire n’a un taux de pauvreté plus élevé" in lu
    assert "Lens Nord-Est 4" in lu


def test_un_autre_indicateur_n_a_pas_la_liste_mais_dit_ce_qu_est_un_iris():
    lu = texte(ouvrir("carte", groupe="EPCI246200364-IRIS", indicateur="nb_logements_sociaux"))
    assert "ce n’est pas un quartier" in lu
    assert "Pauvreté hors des quartiers prioritaires" not in lu


def test_la_carte_des_communes_propose_les_iris_et_celle_d_ailleurs_non():
    ici = ouvrir("carte", groupe="EPCI246200364-COMMUNES", indicateur="population")
    assert any(lien.startswith("carte?groupe=EPCI246200364-IRIS&amp;indicateur=population") for lien in liens(ici))
    ailleurs = ouvrir("carte", groupe="EPCI200040715-COMMUNES")
    assert "Afficher :" not in texte(ailleurs)


def test_un_iris_ouvert_mene_a_la_carte_et_au_classement_des_siens():
    for ecran in ("carte", "comparer"):
        essai = ouvrir(ecran, territoire="IRIS624980204")
        assert essai.selectbox(key="choix_groupe").value == "EPCI246200364-IRIS"


def test_le_portrait_d_un_iris_dit_ce_qu_il_est():
    lu = texte(ouvrir("portrait", territoire="IRIS624980204"))
    assert "IRIS (découpage statistique de l’Insee) 624980204" in lu
    assert "59 %" in lu
    assert "86 IRIS connus de l’agglomération" in lu
    assert "88 % de sa surface dans « Grande Résidence »" in lu


def test_le_portrait_d_un_quartier_dit_ses_iris_en_surface():
    de_2024 = texte(ouvrir("portrait", territoire="QN06203M"))
    assert "Ce quartier et les IRIS" in de_2024
    assert "parts de surface, non d’habitants" in de_2024
    de_2015 = texte(ouvrir("portrait", territoire="QP062011"))
    assert "Les IRIS du périmètre 2024" in de_2015


def test_le_portrait_d_un_quartier_dit_ce_qu_il_y_a_autour():
    lu = texte(ouvrir("portrait", territoire="QN06211M"))
    assert "Autour du quartier" in lu
    assert "IPS 79,3 (rentrée 2023), REP (2020)" in lu
    assert "dans le quartier" in lu
    ailleurs = texte(ouvrir("portrait", territoire="QN06203M"))  # Carvin : la liste des écoles ne la couvre pas
    assert "Autour du quartier" not in ailleurs
