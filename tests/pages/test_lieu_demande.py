"""Un écran ne montre jamais un autre lieu que celui qui est demandé, ni une autre référence que celle du portrait."""

import pytest
from ecrans import ouvrir, texte


def test_la_commune_d_une_agglomeration_ouvre_le_barometre_de_celle_ci():
    ecran = texte(ouvrir("barometre", territoire="COM62048"))  # Auchel est de la CABBALR
    assert "CABBALR" in ecran
    assert "Porte du Hainaut" not in ecran.partition("Baromètre")[2].partition("Le baromètre existe pour")[0][:2000]


def test_un_lieu_sans_groupe_est_dit_et_rien_d_autre_n_est_ouvert():
    ecran = texte(ouvrir("barometre", territoire="REG32"))
    assert "le baromètre classe les quartiers ou les communes d’une agglomération, et il n’est dans aucune" in ecran
    assert "Ouvrir son portrait" in ecran


@pytest.mark.parametrize("ecran", ["comparer", "carte"])
def test_un_quartier_de_marseille_n_ouvre_pas_bordeaux(ecran):
    essai = ouvrir(ecran, territoire="QP013001")
    (groupe, *_) = [s for s in essai.selectbox if s.label == "Quels territoires ?"]
    assert "Aix-Marseille" in groupe.format_func(groupe.value) if groupe.format_func else groupe.value
    assert groupe.value.startswith("EPCI200054807")


def test_la_carte_nomme_la_reference_du_portrait_au_titre_de_la_legende():
    """Lens-Liévin : ni 2019, que l'agglomération n'a pas, ni les quartiers de France pris à sa place."""
    ecran = texte(ouvrir("carte", territoire="QP062002", indicateur="taux_pauvrete"))
    assert "Face à l’agglomération : 23,8 % (2021)" in ecran
    assert "QPV France" not in ecran.partition("Face à l’agglomération")[0]


@pytest.mark.parametrize("ecran", ["comparer", "carte"])
def test_un_quartier_de_2024_sans_chiffre_n_est_pas_remplace_sans_le_dire(ecran):
    lu = texte(ouvrir(ecran, territoire="QN04513M"))
    assert "Le Bourg - Chautemps (périmètre 2024-2030) n’a pas de chiffre à mettre en regard" in lu.replace(
        "\u00a0", " "
    )
    assert "n’a pas de chiffre à mettre en regard" not in texte(ouvrir(ecran, territoire="QP062002"))


@pytest.mark.parametrize("ecran", ["comparer", "carte", "barometre"])
@pytest.mark.parametrize("code", ["EPCI200058097", "QP093029", "COM93071"])
def test_au_grand_paris_l_etablissement_territorial_avant_la_metropole(ecran, code):
    essai = ouvrir(ecran, territoire=code)
    (groupe, *_) = [s for s in essai.selectbox if s.label == "Quels territoires ?"]
    assert groupe.value.partition("-")[0] == ("EPCI200057867" if code == "QP093029" else "EPCI200058097")


def test_le_barometre_dit_qu_un_quartier_de_2024_n_y_est_pas():
    assert "Benza (périmètre 2024-2030) n’est dans aucun baromètre. À la place" in texte(
        ouvrir("barometre", territoire="QN01336M")
    )
    assert "n’est dans aucun baromètre" not in texte(ouvrir("barometre", territoire="QP062002"))


@pytest.mark.parametrize("ecran", ["comparer", "carte", "barometre"])
def test_un_lieu_sans_groupe_ne_renvoie_pas_a_des_lieux_d_ailleurs(ecran):
    lu = texte(ouvrir(ecran, territoire="QN98784N"))
    assert "cherchez dans la barre" in lu
    assert "CABBALR" not in lu and "IRIS" not in lu


@pytest.mark.parametrize("ecran", ["comparer", "carte"])
def test_une_agglomeration_sans_quartier_a_ses_communes(ecran):
    essai = ouvrir(ecran, territoire="EPCI242500320")
    (groupe, *_) = [s for s in essai.selectbox if s.label == "Quels territoires ?"]
    assert groupe.value == "EPCI242500320-COMMUNES"


def liste(essai, question: str = "Quels territoires ?"):
    """La liste de cette question, et les libellés qu'elle propose."""
    (trouvee,) = [s for s in essai.selectbox if s.label == question]
    return trouvee


@pytest.mark.parametrize(
    ("code", "sorte"), [("FR", "REGIONS"), ("REG32", "DEPARTEMENTS"), ("REG04", "EPCI"), ("DEP62", "EPCI")]
)
def test_comparer_un_grand_lieu_montre_ce_qui_le_compose(code, sorte):
    essai = ouvrir("comparer", territoire=code)
    assert liste(essai).value == f"{code}-{sorte}"
    # Rien que les siens : ni Abbeville, ni les trois agglomérations de l'accueil.
    assert all(libelle.startswith(liste(essai).options[0].partition("\u00a0")[0]) for libelle in liste(essai).options)


def test_la_carte_d_un_departement_est_toujours_celle_de_ses_communes():
    assert liste(ouvrir("carte", territoire="DEP62")).value == "DEP62-COMMUNES"


def test_le_barometre_d_une_region_mene_a_ses_agglomerations():
    lu = texte(ouvrir("barometre", territoire="REG04"))
    assert "CINOR" in lu and "Lens" not in lu
    assert "La Réunion" in texte(ouvrir("barometre", territoire="FR")).partition("Ce qui le compose")[2]


def test_un_lieu_que_rien_ne_compose_renvoie_a_ce_qui_le_contient():
    lu = texte(ouvrir("comparer", territoire="REG31"))
    assert "aucun groupe" in lu and "Hauts-de-France" in lu.partition("Ce qui le contient")[2]


def test_la_carte_de_france_se_cadre_sur_la_metropole():
    assert liste(ouvrir("carte", territoire="FR"), "Cadrer sur").value == "tout"
    assert liste(ouvrir("carte", territoire="FR"), "Cadrer sur").options[0].startswith("La métropole")
    assert liste(ouvrir("carte", territoire="REG32"), "Cadrer sur").options[0] == "Tout le groupe"


@pytest.mark.parametrize("ecran", ["comparer", "carte"])
def test_une_agglomeration_de_deux_communes_se_compare_et_se_cartographie(ecran):
    """Mamoudzou et Dembeni : deux communes, cent mille habitants, et rien à comparer ni à mettre sur une carte."""
    for code in ("EPCI200060457", "COM97611", "QN97657C"):
        assert liste(ouvrir(ecran, territoire=code)).value == "EPCI200060457-COMMUNES", code
