"""Choisir le chiffre à montrer, et repérer les sources qui se contredisent."""

from indicators.socle.observations import desaccords, meme_periode, retenue


def test_la_plus_recente_d_abord(chiffre):
    ancienne, recente = chiffre(40.0, annee=2013), chiffre(47.0, annee=2020)
    assert retenue([recente, ancienne]) is recente
    assert retenue([]) is None


def test_une_valeur_connue_passe_avant_un_secret_plus_recent(chiffre):
    connue, secrete = chiffre(40.0, annee=2013), chiffre(statut="secret", annee=2020)
    assert retenue([secrete, connue]) is connue
    assert retenue([secrete]) is secrete


def test_l_edition_d_un_producteur_n_est_pas_une_date(chiffre):
    """Une convention de 2022 écrit « environ 5 300 » en 2022 ; une édition 2020 de l'Insee peut dater de 2013."""
    datee, edition = chiffre(2649, annee=2018), chiffre(2727, annee=None, millesime=2020)
    convention = chiffre(5300, annee=None, millesime=2022, source="convention", rang=3)
    assert retenue([edition, datee]) is datee
    # Une édition n'est pas une date : même plus récente, elle passe après un chiffre daté.
    assert retenue([datee, convention]) is datee
    assert retenue([edition, convention]) is convention
    assert retenue([edition]) is edition


def test_une_valeur_sure_passe_avant_une_douteuse_plus_recente(chiffre):
    sure, douteuse = chiffre(45519, annee=2018), chiffre(20678, annee=None, millesime=2023, fiabilite="douteuse")
    assert retenue([douteuse, sure]) is sure


def test_a_la_meme_date_la_source_de_meilleur_rang_puis_la_plus_precise(chiffre):
    insee, convention = chiffre(43.3), chiffre(39.3, source="convention", rang=3)
    assert retenue([convention, insee]) is insee
    ronde = chiffre(14.0, decimales=0)
    precise = chiffre(14.6, source="autre")
    assert retenue([ronde, precise]) is precise


def test_meme_edition_sans_annee_imprimee(chiffre):
    une = chiffre(40.7, annee=None, millesime=2022)
    assert meme_periode(une, chiffre(58.8, annee=None, millesime=2022, source="autre"))
    sans_rien = chiffre(730, annee=None, millesime=None)
    assert meme_periode(sans_rien, chiffre(300, annee=None, millesime=None))
    assert not meme_periode(sans_rien, chiffre(300, annee=None, millesime=None, source="autre"))


def test_les_desaccords_a_la_precision_de_la_moins_precise(chiffre):
    insee, convention = chiffre(43.3), chiffre(39.3, source="convention", rang=3)
    assert desaccords([convention, insee]) == [(insee, convention)]
    assert desaccords([insee, convention._replace(annee=2019)]) == []
    arrondie = chiffre(43.0, source="lecture", decimales=0)
    assert desaccords([insee, arrondie]) == []


def test_l_etendue_d_un_zero_n_est_pas_un_vide(chiffre):
    assert chiffre(0.0).etendue == (0.0, 0.0)
    assert chiffre(statut="secret").etendue is None
