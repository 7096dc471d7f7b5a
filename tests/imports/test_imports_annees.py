"""L'année d'un fichier qui ne l'écrit pas : prouvée, étudiée, donnée, ou refusée en disant quoi écrire."""

from __future__ import annotations

from itertools import product

import pytest
from depots import FILOSOFI_16, OUVERTES, RIEN, depot, exige_donnees_ouvertes, lot_de, releve

from indicators.base.imports import Connue
from indicators.imports.moteur.annees import ACCORDS_MIN, Demande, dater
from indicators.imports.moteur.reconnaissance import Fichier
from indicators.socle.erreurs import ErreurImport
from indicators.socle.observations import Statut

Q = OUVERTES / "qpv-indicateurs"


def vrai(nom: str) -> Fichier:
    return Fichier(nom, (Q / nom).read_bytes())


def dates(lot, nom: str):
    return next(lu.dates for lu in lot.lus if lu.fichier.nom == nom)


@exige_donnees_ouvertes
def test_revn_2021_est_filosofi_2017_prouve_dans_le_meme_lot(vraie):
    trouvees = dates(lot_de(vraie, vrai("REVN_2021.csv"), vrai("data_filo17_qp_revdis.csv")), "REVN_2021.csv")
    assert trouvees.annees["filosofi"] == 2017
    assert "1352 valeurs sur 1352" in trouvees.preuves["filosofi"]
    assert set(trouvees.laisses) == {"cnaf", "cnam"}


@exige_donnees_ouvertes
def test_revn_2021_seul_est_prouve_par_la_base(vraie):
    assert dates(lot_de(vraie, vrai("REVN_2021.csv")), "REVN_2021.csv").annees["filosofi"] == 2017


@exige_donnees_ouvertes
def test_demo_2022_a_la_population_de_2018_et_ipro_2022_les_chomeurs_de_2021(vraie):
    lot = lot_de(vraie, vrai("DEMO_2022.csv"), vrai("IPRO_2022.csv"))
    demo, ipro = dates(lot, "DEMO_2022.csv"), dates(lot, "IPRO_2022.csv")
    assert demo.annees == {"population": 2018}
    assert set(demo.laisses) == {"cnaf", "rp"}
    # Le taux d'emploi de cette édition est celui du recensement 2018 : déduit, et dit tel dans la note.
    assert ipro.annees == {"pe": 2021, "rp": 2018}
    assert (demo.edition, ipro.edition) == (2022, 2022)


@exige_donnees_ouvertes
def test_revn_2022_est_connu_a_l_octet_pres(vraie):
    assert "étudié" in dates(lot_de(vraie, vrai("REVN_2022.csv")), "REVN_2022.csv").preuves["filosofi"]
    abime = Fichier("REVN_2022.csv", (Q / "REVN_2022.csv").read_bytes() + b"\r\n")
    trouvees = dates(lot_de(vraie, abime), "REVN_2022.csv")
    assert trouvees.annees["filosofi"] == 2018
    assert "sont celles que la base date" in trouvees.preuves["filosofi"]


@exige_donnees_ouvertes
def test_revn_2017_est_prouve_2013_par_la_france_et_refuse_sans_elle(vraie, trois):
    assert dates(lot_de(vraie, vrai("REVN_2017.csv")), "REVN_2017.csv").annees["filosofi"] == 2013
    with pytest.raises(ErreurImport) as refus:
        lot_de(trois, vrai("REVN_2017.csv"))
    assert "ne dit pas l'année de ses données" in str(refus.value)
    assert "--annee filosofi=2018,cnaf=2018" in str(refus.value)
    assert "--sans-annee --edition 2017" in str(refus.value)


@exige_donnees_ouvertes
def test_l_annee_donnee_l_emporte_et_sans_annee_garde_l_edition(trois):
    donnee = lot_de(trois, vrai("REVN_2017.csv"), annees={"filosofi": 2013, "cnaf": 2013})
    (ligne,) = (o for o in donnee.feuilles["observations"]
                if (o["territoire"], o["indicateur"]) == ("QP062017", "taux_pauvrete"))  # fmt: skip
    assert (ligne["annee"], ligne["millesime"], ligne["valeur"]) == ("2013", "2017", "43,8")
    sans = lot_de(trois, vrai("REVN_2017.csv"), sans_annee=True)
    assert {(o["annee"], o["millesime"]) for o in sans.feuilles["observations"]} == {("", "2017")}
    assert sans.feuilles["sources"][0]["source"] == "insee_qpv_revn_2017"


def _connues(annee: int, valeurs: list[str]) -> dict:
    return {
        (f"QP0010{k:02d}", "taux_pauvrete"): [
            Connue(None, annee, None, float(v.replace(",", ".")), None, None, Statut.EXACT, "sure", 1, "x")
        ]
        for k, v in enumerate(valeurs)
    }


def _revn(valeurs: list[str]):
    lignes = "".join(f"QP0010{k:02d};10;20;{v}\n" for k, v in enumerate(valeurs))
    return releve("REVN.csv", f"CODGEO;DECUC_Q2;DISP_Q2;TP60\n{lignes}", RIEN)


VALEURS = [f"{30 + k},{k % 10}" for k in range(20)]


def test_il_faut_assez_de_valeurs_et_presque_toutes_egales():
    lu = _revn(VALEURS)
    assert dater(lu, _connues(2018, VALEURS), Demande(), "x.csv", "").annees == {"filosofi": 2018}
    fausses = ["1,0", "2,0", *VALEURS[2:]]
    for connues in (_connues(2018, VALEURS[: ACCORDS_MIN - 1]), _connues(2018, fausses)):
        with pytest.raises(ErreurImport, match="ne dit pas l'année"):
            dater(lu, connues, Demande(), "x.csv", "")


def test_deux_annees_qui_conviennent_ne_prouvent_rien():
    connues = _connues(2018, VALEURS)
    for cle, autres in _connues(2019, VALEURS).items():
        connues[cle] += autres
    with pytest.raises(ErreurImport, match="ne dit pas l'année"):
        dater(_revn(VALEURS), connues, Demande(), "x.csv", "")


def test_une_valeur_douteuse_ne_prouve_rien():
    connues = {
        cle: [Connue(None, 2018, None, c.valeur, None, None, c.statut, "douteuse", 1, "x") for c in liste]
        for cle, liste in _connues(2018, VALEURS).items()
    }
    with pytest.raises(ErreurImport, match="ne dit pas l'année"):
        dater(_revn(VALEURS), connues, Demande(), "x.csv", "")


def test_le_contenu_dit_l_edition_mieux_que_la_commande_et_la_commande_mieux_que_le_nom(petite):
    lot = lot_de(petite, depot("data_filo16_qp_revdis.csv", FILOSOFI_16), edition=2022)
    assert lot.feuilles["sources"][0]["source"] == "insee_filosofi_2016_qpv"
    assert dater(_revn(VALEURS), {}, Demande({"": 2018}, 2021), "REVN_2020.csv", "").edition == 2021
    assert dater(_revn(VALEURS), {}, Demande({"": 2018}), "REVN_2020.csv", "").edition == 2020
    assert dater(_revn(VALEURS), {}, Demande({"": 2018}), "2019_vers_2020.csv", "").edition == 2018


def test_sans_annee_ni_edition_on_demande_l_edition():
    with pytest.raises(ErreurImport, match="--sans-annee --edition"):
        dater(_revn(VALEURS), {}, Demande(sans_annee=True), "revenus.csv", "")


def test_la_demande_se_lit_et_se_refuse():
    assert Demande.lire(["rp=2018, cnaf=2020"]).annees == {"rp": 2018, "cnaf": 2020}
    assert Demande.lire(["2018"], 2022, True) == Demande({"": 2018}, 2022, True)
    for texte, edition in product(["dix-huit", "18", "rp=", "3018"], [None]):
        with pytest.raises(ErreurImport, match="n'est pas une année"):
            Demande.lire([texte], edition)
    with pytest.raises(ErreurImport, match="n'est pas une édition"):
        Demande.lire(["2018"], 22)


def test_un_groupe_inconnu_est_dit():
    with pytest.raises(ErreurImport, match="n'a pas de groupe « caf » ; les siens : filosofi"):
        dater(_revn(VALEURS), {}, Demande({"caf": 2018}), "x.csv", "")
