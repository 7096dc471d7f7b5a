"""Les chiffres à une adresse : les mêmes qu'à l'écran, chacun avec de quoi le citer ; rien de coupé, rien d'ignoré."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import openpyxl
import pyarrow.parquet as pq
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from serveurs import jouer
from starlette.applications import Starlette

from indicators.analyse.exploration import Niveau, explorer
from indicators.analyse.portrait import dresser
from indicators.base import flux
from indicators.base.base import Base
from indicators.base.exploration import Filtre
from indicators.publications import exports, ouvertes
from pages.commun import acces
from pages.serveur import papiers
from pages.serveur.api import adresses, emporter, reponses
from pages.serveur.api.description import decrire
from pages.serveur.api.parametres import DemandeRefusee
from pages.serveur.api.routes import routes
from pages.serveur.intergiciels import INTERGICIELS

APPLICATION = Starlette(routes=[*papiers.routes(), *routes()], middleware=INTERGICIELS)


@dataclass
class Reponse:
    statut: int
    entetes: dict[str, str]
    corps: bytes
    morceaux: int

    @property
    def json(self) -> Any:
        return json.loads(self.corps)


def demander(adresse: str, methode: str = "GET", **entetes: str) -> Reponse:
    """Une requête jouée sur l'application ASGI, sans réseau ni compression."""
    messages: list[dict[str, Any]] = []
    chemin, _, suite = adresse.partition("?")

    async def recevoir() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def envoyer(message: dict[str, Any]) -> None:
        messages.append(message)

    scope = {
        "type": "http", "asgi": {"spec_version": "2.4"}, "method": methode, "path": chemin, "raw_path": chemin.encode(),
        "query_string": quote(suite, safe="=&,%").encode(), "http_version": "1.1", "scheme": "http",
        "headers": [(nom.replace("_", "-").encode(), valeur.encode()) for nom, valeur in entetes.items()],
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    reponses._fils = papiers._tour = None  # une boucle neuve : le nombre de fils est celui d’une boucle
    jouer(lambda: APPLICATION(scope, recevoir, envoyer))
    lus = {nom.decode().lower(): valeur.decode() for nom, valeur in messages[0]["headers"]}
    corps = [m.get("body", b"") for m in messages[1:]]
    return Reponse(messages[0]["status"], lus, b"".join(corps), sum(map(bool, corps)))


@pytest.fixture(autouse=True)
def base(trois: Base, monkeypatch: pytest.MonkeyPatch) -> Base:
    """La base servie : celle des trois agglomérations."""
    monkeypatch.setattr(acces, "hors_session", lambda: trois)
    return trois


def lire_csv(corps: bytes, separateur: str = ";") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(corps.decode("utf-8-sig")), delimiter=separateur))


def test_le_csv_donne_ce_que_montre_explorer(trois: Base):
    filtre = Filtre(theme=("revenus",), agglomeration=("EPCI200042190",))
    montrees = explorer(trois, filtre, Niveau.AUCUNE, ()).lignes
    recues = lire_csv(demander("/api/observations.csv?theme=revenus&agglomeration=EPCI200042190").corps)
    assert len(recues) == len(montrees) > 100
    cles = {
        (li.chiffre.territoire, li.chiffre.indicateur, li.chiffre.source, str(li.chiffre.annee or ""))
        for li in montrees
    }
    assert {(r["territoire"], r["indicateur"], r["source"], r["annee"]) for r in recues} == cles


@pytest.mark.parametrize(
    "filtre",
    [
        Filtre(statut=("secret", "intervalle")),
        Filtre(fiabilite=("douteuse",)),
        Filtre(maille=("commune",), date=("2018",)),
        Filtre(type=("QPV",), perimetre=("2024",)),
        Filtre(date=("nd",)),
        Filtre(perimetre=("sans",), theme=("emploi", "revenus")),
        Filtre(source=("enquete_caph_2022", "contrat_caph_2024")),
    ],
    ids=str,
)  # fmt: skip
def test_chaque_filtre_compte_comme_explorer(trois: Base, filtre: Filtre):
    demande = flux.demander(trois, filtre)
    lues = [o for paquet in flux.parcourir(trois, demande, flux.compter(trois, demande)) for o in paquet]
    attendues = [li.chiffre for li in explorer(trois, filtre, Niveau.AUCUNE, ()).lignes]
    assert sorted(lues, key=repr) == sorted(attendues, key=repr)


def test_chaque_chiffre_porte_sa_source_son_annee_son_statut_sa_fiabilite():
    lues = demander("/api/observations.json?agglomeration=EPCI246200364").json["observations"]
    for o in lues:
        assert o["source"] and o["source_titre"] and o["licence"] and o["unite"] and o["ecrit"]
        assert o["statut"] and o["fiabilite"] in {"sure", "douteuse"}
        assert o["note"] or o["fiabilite"] == "sure", "un doute sans sa raison"
        assert (o["valeur"] is None) == (o["statut"] not in {"exact", "environ"})
        assert "annee" in o and "millesime" in o
    assert any(o["valeur"] == 0 for o in lues), "un zéro est une valeur"


@pytest.mark.parametrize(
    "demande",
    ["indicateurs=nb_logements_bailleur&bailleur=sia_habitat", "indicateurs=nb_logements_bailleur:sia_habitat"],
)
def test_une_mesure_declinee_se_demande_par_bailleur(trois: Base, demande: str):
    lus = demander(f"/api/observations.json?{demande}").json["observations"]
    attendues = trois.observations_indicateur("nb_logements_bailleur:sia_habitat")
    assert sorted((o["territoire"], o["valeur"] or 0) for o in lus) == sorted(
        (o.territoire, o.valeur or 0) for o in attendues
    )
    assert {(o["indicateur"], o["bailleur"]) for o in lus} == {("nb_logements_bailleur", "sia_habitat")}


def test_une_mesure_sans_bailleur_les_donne_tous(trois: Base):
    lus = demander("/api/observations.json?indicateurs=nb_logements_bailleur").json["observations"]
    assert {o["bailleur"] for o in lus} == set(trois.catalogue.bailleurs) - {"partenord_habitat"}
    (ailleurs,) = demander("/api/observations.json?territoires=QP059050&indicateurs=taux_pauvrete&date=2018").json[
        "observations"
    ]
    assert ailleurs["bailleur"] is None


def test_csv_et_json_disent_la_meme_chose():
    demande = "territoires=QP062011,EPCI200072460&decimales=point"
    en_csv = lire_csv(demander(f"/api/observations.csv?{demande}").corps, ",")
    en_json = demander("/api/observations.json?territoires=QP062011,EPCI200072460").json["observations"]
    assert len(en_csv) == len(en_json) > 50
    for ligne, objet in zip(en_csv, en_json, strict=True):
        assert list(ligne) == list(objet) == [champ.nom for champ in ouvertes.CHAMPS]
        assert (float(ligne["valeur"]) if ligne["valeur"] else None) == objet["valeur"]
        assert (int(ligne["annee"]) if ligne["annee"] else None) == objet["annee"]


def test_le_csv_d_excel_a_la_virgule_et_celui_d_un_sig_le_point():
    francais = demander("/api/observations.csv?territoires=QP062011&theme=revenus")
    assert francais.corps.startswith("\ufeffterritoire;nom;".encode())
    assert any("," in ligne["valeur"] for ligne in lire_csv(francais.corps))
    sig = demander("/api/observations.csv?territoires=QP062011&theme=revenus&decimales=point")
    assert sig.corps.startswith(b"territoire,nom,")


def test_une_cellule_n_est_jamais_une_formule(trois: Base):
    for ligne in lire_csv(demander("/api/observations.csv?agglomeration=EPCI200042190").corps):
        assert not any(valeur.startswith(("=", "+", "@")) for valeur in ligne.values())


def test_une_longue_reponse_part_en_morceaux(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(flux, "PAQUET", 200)
    longue = demander("/api/observations.json?agglomeration=EPCI246200364,EPCI200042190")
    assert longue.morceaux > 3
    assert longue.json["nombre"] == len(longue.json["observations"]) > flux.PAQUET
    courte = demander("/api/observations.json?territoires=QP062011&theme=revenus")
    assert int(courte.entetes["content-length"]) == len(courte.corps)


def test_l_empreinte_evite_de_relire_et_change_avec_la_demande():
    adresse = "/api/observations.json?territoires=QP062011"
    premiere = demander(adresse)
    etag = premiere.entetes["etag"]
    encore = demander(adresse, if_none_match=etag)
    assert (encore.statut, encore.corps) == (304, b"") and encore.entetes["etag"] == etag
    assert demander(adresse, if_none_match='"autre"').statut == 200
    assert demander("/api/observations.json?territoires=QP062014").entetes["etag"] != etag
    tete = demander(adresse, "HEAD")
    assert (tete.statut, tete.corps, tete.entetes["etag"]) == (200, b"", etag)


def test_une_demande_trop_grande_est_refusee_jamais_coupee(trois: Base, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(adresses, "LIGNES_AU_PLUS", 10)
    refus = demander("/api/observations.csv?territoires=QP062011")
    assert refus.statut == 400
    assert "au plus 10" in refus.json["erreur"] and refus.json["quoi_faire"]


@pytest.mark.parametrize(
    ("adresse", "statut", "dit"),
    [
        ("/api/observations.csv?theme=nimporte", 400, "nimporte"),
        ("/api/observations.csv?perimetre=2019", 400, "2019"),
        ("/api/observations.json?territoires=QP06201", 400, "QP06201"),
        ("/api/observations.json?date=2018'--", 400, "2018'--"),
        ("/api/observations.json?nimporte=1", 400, "nimporte"),
        ("/api/portrait/QP99.json", 404, "QP99"),
        ("/api/portrait/QP062011.json?reference=XX", 400, "XX"),
        ("/api/nulle/part", 404, "/api/nulle/part"),
        ("/api/observations.csv?texte=" + "a" * 201, 400, "aaa"),
    ],
)
def test_un_refus_dit_le_fait_ce_qui_est_recu_et_quoi_faire(adresse: str, statut: int, dit: str):
    reponse = demander(adresse)
    assert reponse.statut == statut
    assert reponse.entetes["content-type"] == "application/json"
    assert dit in reponse.corps.decode() and reponse.json["quoi_faire"]


def test_un_code_mal_tape_propose_les_proches():
    assert "QP062019" in demander("/api/observations.csv?territoires=QP06201").json["admis"]


def test_un_lien_suivi_par_une_messagerie_reste_bon():
    assert demander("/api/indicateurs?utm_source=lettre").statut == 200


@pytest.mark.parametrize("methode", ["POST", "PUT", "DELETE", "PATCH"])
def test_rien_ne_s_ecrit(methode: str):
    reponse = demander("/api/observations.csv", methode)
    assert reponse.statut == 405 and "GET" in reponse.entetes["allow"]


def test_le_portrait_dit_les_verdicts_de_l_ecran(trois: Base):
    lu = demander("/api/portrait/QP062011.json").json
    dresse = dresser(trois, "QP062011")
    assert [r["territoire"] for r in lu["references"]] == [r.territoire for r in dresse.references]
    for ecrite, ligne in zip(lu["familles"], dresse.tete, strict=True):
        assert ecrite["indicateur"] == ligne.indicateur.indicateur
        assert [c["jugement"] for c in ecrite["comparaisons"]] == [c.jugement.value for c in ligne.comparaisons]
        if ligne.chiffre is not None:
            assert (ecrite["chiffre"]["annee"], ecrite["chiffre"]["source"]) == (
                ligne.chiffre.annee,
                ligne.chiffre.source,
            )
    assert sum(len(t["lignes"]) for t in lu["themes"]) == sum(len(lignes) for _, lignes in dresse.themes)


def test_les_contours_portent_les_chiffres_demandes(trois: Base):
    demande = "agglomeration=EPCI200042190&perimetre=2015&indicateurs=taux_pauvrete&date=2018"
    lus = demander(f"/api/territoires.geojson?{demande}").json["features"]
    chiffres = demander(f"/api/observations.json?{demande}").json["observations"]
    exacts = {o["territoire"]: o["valeur"] for o in chiffres if o["statut"] == "exact" and o["fiabilite"] == "sure"}
    assert len(lus) >= len(exacts) > 0
    for trait in lus:
        assert trait["properties"]["taux_pauvrete"] == exacts.get(trait["id"])
        assert trait["properties"]["taux_pauvrete_annee"] == (2018 if trait["id"] in exacts else None)
        # Le périmètre de 2015 n'est pas connu : un logiciel de carte a un point, et de quoi il est le milieu.
        if trait["properties"]["type"] == "QPV":
            assert trait["geometry"]["type"] == "Point" and not trait["properties"]["contour"]
            assert set(trait["properties"]["point_de"].split(",")) <= set(trois.codes_connus)


def test_la_page_decrit_toutes_les_adresses_en_francais():
    page = demander("/api")
    texte = page.corps.decode()
    assert page.entetes["content-type"].startswith("text/html") and '<html lang="fr">' in texte
    for adresse in adresses.ADRESSES:
        assert f"/api{adresse.chemin}" in texte
        assert demander(f"/api{adresse.exemple}").statut == 200
    assert "http://" not in texte.replace("http://127", "")


def _cas() -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(decrire("/"))
    schema.app = APPLICATION
    for chemin in schema:
        yield pytest.param(schema[chemin]["GET"].as_strategy(), id=chemin)


@pytest.mark.parametrize("demandes", _cas())
def test_toute_demande_recoit_ce_que_la_description_annonce(demandes: Any, trois: Base):
    """Schemathesis invente des demandes d'après la description, et relit chaque réponse d'après elle."""

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cas=demandes)
    def eprouver(cas: Case) -> None:
        reponses._fils = None
        cas.call_and_validate(
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ]
        )

    eprouver()


@pytest.mark.parametrize("suffixe", ["csv", "parquet", "xlsx"])
@pytest.mark.parametrize("a_part", [False, True])
def test_les_fichiers_d_explorer_ont_toutes_les_lignes_du_filtre(
    trois: Base, monkeypatch: Any, suffixe: str, a_part: bool
):
    """Écrits à mesure, ici ou dans un processus à part, ils ont les cases de ceux que l'écran fait d'un coup."""
    monkeypatch.setattr(flux, "PAQUET", 50)
    if a_part:
        monkeypatch.setattr(emporter.a_part, "SEUIL", 100)
        monkeypatch.setattr(emporter.a_part, "MORCEAU", 10_000)
    filtre = Filtre(theme=("revenus",), perimetre=("2015",))
    vue = explorer(trois, filtre, Niveau.DEPARTEMENT, (("Comparaison avec", "son département"),))
    assert vue.total == len(vue.lignes) > 100
    reponse = demander(f"/api/explorer.{suffixe}?theme=revenus&perimetre=2015&face=departement")
    assert (reponse.statut, reponse.morceaux > 1) == (200, a_part or suffixe != "xlsx")
    if suffixe == "csv":
        lues = list(csv.reader(io.StringIO(reponse.corps.decode("utf-8-sig")), delimiter=";"))
        assert lues == [list(exports.NOMS), *(exports.cellules_csv(ligne, trois.catalogue) for ligne in vue.lignes)]
    elif suffixe == "parquet":
        table = pq.read_table(io.BytesIO(reponse.corps))
        schema = exports.schema_parquet(vue.criteres, "")
        assert table.to_pylist() == exports.table_parquet(vue.lignes, trois.catalogue, schema).to_pylist()
    else:
        feuille = openpyxl.load_workbook(io.BytesIO(reponse.corps))["Observations"]
        attendues = [[v for v, _ in exports.cellules_classeur(ligne, trois.catalogue)] for ligne in vue.lignes]
        assert [[v or "" for v in rang] for rang in feuille.values][1:] == [[v or "" for v in r] for r in attendues]


def test_dans_une_grande_base_aucun_fichier_n_est_coupe_et_un_classeur_trop_lourd_est_refuse(monkeypatch: Any):
    monkeypatch.setattr("indicators.base.exploration.GRANDE", 10)
    monkeypatch.setattr("indicators.base.exploration.PLAFOND", 5)
    attendu = demander("/api/observations.json?theme=revenus&perimetre=2015").json["nombre"]
    lues = demander("/api/explorer.csv?theme=revenus&perimetre=2015").corps.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(lues), delimiter=";"))) == 1 + attendu > 100
    preparer = emporter._preparer("xlsx", 100)
    with pytest.raises(DemandeRefusee, match="un classeur en porte 100 au plus"):
        preparer(acces.hors_session(), {"theme": ("revenus",)}, "")


@pytest.mark.parametrize(
    ("document", "debut", "type_mime"),
    [
        ("fiche-QP062011.pdf", b"%PDF-", "application/pdf"),
        ("classeur-QP062011.xlsx", b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_un_document_a_son_adresse(document: str, debut: bytes, type_mime: str):
    recu = demander(f"/papiers/{document}")
    assert (recu.statut, recu.entetes["content-type"]) == (200, type_mime)
    assert recu.corps.startswith(debut) and f'filename="{document}"' in recu.entetes["content-disposition"]
    assert demander(f"/papiers/{document}", if_none_match=recu.entetes["etag"]).statut == 304
    assert demander(f"/papiers/{document}?reference=FRM").entetes["etag"] != recu.entetes["etag"]
    tete = demander(f"/papiers/{document}", "HEAD")
    assert (tete.statut, tete.corps, tete.entetes["etag"]) == (200, b"", recu.entetes["etag"])


@pytest.mark.parametrize(
    ("adresse", "dit"),
    [
        ("/papiers/fiche-QP999999.pdf", "Aucun territoire ne porte le code « QP999999 »"),
        ("/papiers/fiche-QP062011.pdf?reference=COM62048", "Référence « COM62048 » introuvable pour Le Centre."),
    ],
)
def test_un_document_introuvable_le_dit(adresse: str, dit: str):
    recu = demander(adresse)
    assert recu.statut == 404 and dit in recu.corps.decode()


def test_trop_de_documents_a_la_fois_prie_de_revenir(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(papiers, "_demandes", papiers.EN_ATTENTE)
    recu = demander("/papiers/fiche-QP062011.pdf")
    assert (recu.statut, recu.entetes["retry-after"]) == (503, "5")
