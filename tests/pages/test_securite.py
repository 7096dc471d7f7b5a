"""Ce qui est ouvert au réseau, sur un vrai serveur : rien d'autre que l'application, et aucun secret au journal."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ecrans import ouvrir
from serveurs import (
    MOT,
    RACINE,
    Reponse,
    Session,
    composants,
    demander,
    identite,
    streamlit,
    temoin_du_navigateur,
    textes,
)
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus

from indicators.socle.acces_reserve import VARIABLE_MOT_DE_PASSE, hacher
from pages.commun.affichage import en_clair
from pages.serveur.intergiciels import ENTETES
from pages.serveur.machine import vient_d_ici


@dataclass(frozen=True)
class Serveur:
    port: int
    journal: Path
    empreinte: str


@pytest.fixture(scope="module")
def serveur(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serveur]:
    """Un serveur bavard (niveau debug), où « Mettre à jour » s'ouvre par mot de passe."""
    journal = tmp_path_factory.mktemp("securite") / "journal.txt"
    empreinte = hacher(MOT)
    with streamlit(journal, STREAMLIT_LOGGER_LEVEL="debug", **{VARIABLE_MOT_DE_PASSE: empreinte}) as (_, port):
        yield Serveur(port, journal, empreinte)


def sans_chemin(reponse: Reponse) -> bytes:
    return re.sub(rb"<code>.*?</code>", b"", reponse.corps, flags=re.DOTALL)


@pytest.mark.parametrize(
    "chemin",
    [
        "/app.py",
        "/requirements.txt",
        "/pages/navigation.py",
        "/indicators/base/base.py",
        "/.git/config",
        "/.streamlit/config.toml",
        "/.streamlit/secrets.toml",
        "/data/sources.csv",
        "/data/observations/insee_quartiers.csv",
        "/donnees_locales/imports",
        "/../app.py",
        "/..%2fapp.py",
        "/%2e%2e/app.py",
        "/%2e%2e%2fapp.py",
        "/%252e%252e%252fapp.py",
        "/..%5capp.py",
        "/app/static/sources.csv",
        "/app/static/../../app.py",
        "/app/static/%2e%2e/%2e%2e/app.py",
        "/static/../../../../app.py",
        "/static/%2e%2e%2f%2e%2e%2fapp.py",
        "/static/..%5c..%5capp.py",
        "/media/..%2f..%2fapp.py",
        "/component/x/..%2f..%2fapp.py",
        "/_stcore/bidi-components/x/..%2f..%2fapp.py",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/C:/Windows/win.ini",
        "/%00",
        "/static/index.html%00.csv",
    ],
)
def test_aucun_fichier_du_projet_n_est_servi(serveur, chemin):
    """Un chemin inconnu est refusé en quelques mots, ou rend la page qui le dit : jamais un fichier."""
    reponse = demander(serveur.port, chemin)
    if reponse.statut == 200:
        assert reponse.corps == demander(serveur.port, "/").corps
    else:
        assert reponse.statut in {400, 403, 404}
        # La page d'un écran introuvable ne dépend de rien d'autre que du chemin, qu'elle cite.
        assert len(reponse.corps) < 100 or sans_chemin(reponse) == sans_chemin(demander(serveur.port, "/absent"))
    assert reponse.entetes["x-content-type-options"] == "nosniff"


def test_les_en_tetes_sont_sur_toute_reponse(serveur):
    page = demander(serveur.port, "/").corps.decode()
    (fichier, *_) = re.findall(r'"\./(static/js/[^"]+)"', page)
    for chemin in ("/", "/portrait", f"/{fichier}", "/_stcore/health", "/media/absent", "/../x"):
        entetes = demander(serveur.port, chemin).entetes
        assert {nom: entetes.get(nom.lower()) for nom in ENTETES} == ENTETES, chemin


def test_un_depot_sans_jeton_est_refuse(serveur):
    """XSRF : ni sans jeton, ni avec celui d'un autre ; le bon passe ce contrôle."""
    navigateur = temoin_du_navigateur(serveur.port)
    session = Session(serveur.port, navigateur)
    identifiant = identite(session.essayer_le_mot(MOT, "Journal des ajouts"))
    (temoin,) = demander(serveur.port, "/_stcore/health").temoins
    jeton = temoin.partition(";")[0].partition("=")[2]
    biscuit = f"{temoin.partition(';')[0]}; {navigateur}"
    assert "SameSite=" in temoin
    autre = demander(serveur.port, "/_stcore/health").temoins[0].partition(";")[0].partition("=")[2]
    depots = [
        demander(serveur.port, f"/_stcore/upload_file/{identifiant}/1", "PUT", b"x", **entetes)
        for entetes in ({"Cookie": navigateur}, {"Cookie": biscuit}, {"Cookie": biscuit, "X_Xsrftoken": autre},
                        {"Cookie": biscuit, "X_Xsrftoken": jeton})
    ]  # fmt: skip
    assert [b"XSRF" in depot.corps for depot in depots] == [True, True, True, False]
    assert [depot.statut for depot in depots] == [403, 403, 403, 400]
    session.fermer()


def test_l_interface_des_agents_n_est_pas_ouverte(serveur):
    for chemin in ("/_stcore/agent/interact", "/_stcore/agent/mcp"):
        reponse = demander(serveur.port, chemin, "POST", b"{}", Content_Type="application/json")
        assert reponse.statut in {400, 403}
        assert b"not_available" in reponse.corps


def test_ce_que_le_serveur_dit_de_lui_meme_ne_sort_pas_de_la_machine(serveur):
    """Sans nginx aussi : un mandataire qui transmet, ou un autre nom que celui de la machine, n'a que 404."""
    for chemin in ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent/openapi.json"):
        ici = demander(serveur.port, chemin)
        for dehors in (
            {"X_Forwarded_For": "203.0.113.7"},
            {"Forwarded": "for=203.0.113.7"},
            {"Host": "observatoire.fr"},
        ):
            reponse = demander(serveur.port, chemin, **dehors)
            assert (reponse.statut, reponse.corps) == (404, b"Introuvable."), (chemin, dehors)
            assert reponse.entetes["x-content-type-options"] == "nosniff"
        assert ici.corps != b"Introuvable.", chemin
    assert demander(serveur.port, "/_stcore/metrics").statut == 200
    assert demander(serveur.port, "/_stcore/health", Host="observatoire.fr").statut == 200


@pytest.mark.parametrize(
    ("client", "hote", "attendu"),
    [
        ("127.0.0.1", "127.0.0.1:8501", True),
        ("::1", "[::1]:8501", True),
        ("127.0.0.1", "localhost", True),
        ("192.0.2.4", "127.0.0.1:8501", False),
        ("172.28.85.2", "172.28.85.11:8501", False),
        ("127.0.0.1", "192.0.2.1:8501", False),
        ("", "127.0.0.1", False),
    ],
)
def test_qui_est_la_machine(client, hote, attendu):
    assert vient_d_ici({"type": "http", "client": (client, 1), "headers": [(b"host", hote.encode())]}) is attendu


def test_aucun_secret_au_journal(serveur):
    """Entrer avec un mauvais mot, puis avec le bon : rien n'en reste au journal, même bavard."""
    session = Session(serveur.port, temoin_du_navigateur(serveur.port))
    essais = {MOT: "Journal des ajouts", "un mauvais mot de passe": "pas le bon mot de passe"}
    for mot, attendu in reversed(essais.items()):
        session.essayer_le_mot(mot, attendu)
    session.fermer()
    ecrit = serveur.journal.read_text("utf-8")
    assert "uvicorn" in ecrit
    for secret in (*essais, serveur.empreinte, serveur.empreinte.rpartition(":")[2]):
        assert secret not in ecrit


def test_un_websocket_d_une_autre_origine_est_refuse(serveur):
    """Une page d'ailleurs, ouverte dans le même navigateur, ne peut pas agir sous le nom de la personne."""
    for origine in ("http://ailleurs.example", "null", "https://127.0.0.1.ailleurs.example"):
        with pytest.raises(InvalidStatus) as refus:
            Session(serveur.port, origine=origine)
        assert refus.value.response.status_code == 403


def test_rejouer_les_gestes_d_une_personne_entree_n_ouvre_rien(serveur):
    """Les boutons d'une session entrée, rejoués par une autre qui n'a pas le mot : toujours la porte."""
    entree, autre = (Session(serveur.port, temoin_du_navigateur(serveur.port)) for _ in range(2))
    ouverte = entree.essayer_le_mot(MOT, "Journal des ajouts")
    genres = ("button", "file_uploader", "text_input")
    boutons = {b.id for genre in genres for b in composants(ouverte, genre)}
    empreintes = {m.new_session.page_script_hash for m in ouverte if m.WhichOneof("type") == "new_session"} - {""}
    assert empreintes

    def rejouer(demande: BackMsg) -> None:
        for identifiant in boutons:
            demande.rerun_script.widget_states.widgets.add(id=identifiant, trigger_value=True)
        demande.rerun_script.page_script_hash = next(iter(empreintes))

    for page, adresse in (
        ("mettre_a_jour", ""),
        ("", ""),
        ("mettre_a_jour", "mise_a_jour_autorisee=1"),
        ("portrait", ""),
    ):
        dit = autre.jouer(page, adresse, rejouer)
        assert "Journal des ajouts" not in dit and "file_uploader" not in dit, (page, adresse)
    assert "Journal des ajouts" in entree.jouer("mettre_a_jour"), "la vraie reste entrée"
    entree.fermer()
    autre.fermer()


def titre(dit: str) -> str:
    """Le titre de l'écran : le territoire que ce navigateur a devant lui."""
    (trouve,) = set(re.findall(r"<h1[^>]*>(.*?)</h1>", dit))
    return trouve


def test_un_deluge_de_demandes_ne_brouille_ni_sa_session_ni_celle_d_a_cote(serveur):
    """Soixante demandes d'un trait, plus que la rafale permise : la dernière est servie, la voisine n'en voit rien."""
    noyee, voisine = Session(serveur.port), Session(serveur.port)
    titres = {
        code: titre(voisine.jouer("portrait", f"territoire={code}")) for code in ("QP059050", "QP062019", "QP062011")
    }
    assert len(set(titres.values())) == 3
    for code in [*["QP059050", "EPCI200072460", "COM62400"] * 20, "QP062019"]:
        noyee.demander("portrait", f"territoire={code}")
    for _ in range(3):
        assert titre(voisine.jouer("portrait", "territoire=QP062011")) == titres["QP062011"]
    # Ce qui a été demandé avant peut encore arriver, jamais après : au bout, la dernière demande, et elle reste.
    vus = []
    while not vus or vus[-1] != titres["QP062019"]:
        vus += re.findall(r"<h1[^>]*>(.*?)</h1>", noyee.jouer("portrait", "territoire=QP062019"))
        assert len(vus) <= 61
    assert titre(noyee.jouer("portrait", "territoire=QP062019")) == titres["QP062019"]
    assert titre(voisine.jouer("portrait", "territoire=QP062011")) == titres["QP062011"]
    assert demander(serveur.port, "/_stcore/health").statut == 200
    noyee.fermer()
    voisine.fermer()


@pytest.mark.parametrize("octets", [b"", b"\xff" * 64, b"\x0a\xff\xff\xff\xff\x0f", b"<html>" * 1000], ids=ascii)
def test_un_message_qui_n_en_est_pas_un_ne_fait_pas_tomber_le_serveur(serveur, octets):
    session, voisine = Session(serveur.port), Session(serveur.port)
    session.prise.send(octets)
    assert "46,7" in voisine.jouer("portrait", "territoire=QP062011")
    session.fermer()
    voisine.fermer()


def test_aucun_secret_dans_le_depot():
    """Ni empreinte ni secret d'OIDC dans un fichier suivi."""
    suivis = subprocess.run(["git", "ls-files"], cwd=RACINE, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    assert not [nom for nom in suivis if Path(nom).name in {"secrets.toml", ".env", "observatoire.env"}]
    for nom in filter(None, suivis):
        if (chemin := RACINE / nom).suffix in {".py", ".toml", ".md", ".yaml", ".conf", ".service", ""}:
            texte = chemin.read_text("utf-8", errors="replace")
            assert not re.search(r"scrypt:\d+:\d+:\d+:[0-9a-f]{32}:[0-9a-f]{64}", texte), nom


def test_les_dependances_sont_epinglees_et_s_accordent():
    """Les failles connues : `.ci/auditer.py`, éprouvé par `test_audit.py`."""
    lignes = (RACINE / "requirements.txt").read_text("utf-8").splitlines()
    paquets = [ligne for ligne in lignes if ligne and not ligne.startswith("#")]
    assert len(paquets) > 15
    assert [p for p in paquets if not re.fullmatch(r"[A-Za-z0-9-]+(\[[a-z]+\])?==[0-9][0-9.]*", p)] == []
    accord = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert accord.returncode == 0, accord.stdout


@pytest.mark.parametrize(
    ("ecrit", "interdits"),
    [
        ("[Reconnectez-vous](https://mal.example)", ("](", "://m")),
        ("![x](http://mal.example/x.png)", ("![", "://m")),
        ("www.mal.example", ("www.", "www\\.")),
        ("a@mal.example", ("@m",)),
    ],
)
def test_une_phrase_qui_cite_l_adresse_n_en_fait_pas_un_lien(ecrit, interdits):
    """L'adresse d'un lien piégé ne doit pas devenir un lien dans une phrase de l'observatoire."""
    for phrase in (en_clair(ecrit), ouvrir("portrait", territoire=ecrit).error[0].value):
        assert not [motif for motif in interdits if motif in phrase]
    assert not [
        m for m in interdits if m in ouvrir("sources", indicateur=ecrit, rubrique="indicateurs").warning[0].value
    ]


def deposer(port: int, session: str, octets: bytes, navigateur: str = "") -> int:
    """Le statut d'un dépôt envoyé comme un navigateur, avec son jeton, dans cette session."""
    biscuit = demander(port, "/_stcore/health").temoins[0].partition(";")[0]
    debut = b'--B\r\nContent-Disposition: form-data; name="f"; filename="../../x.csv"\r\n\r\n'
    entetes = {"Cookie": f"{biscuit}; {navigateur}".rstrip("; "), "X_Xsrftoken": biscuit.partition("=")[2]}
    entetes["Content_Type"] = "multipart/form-data; boundary=B"
    return demander(
        port, f"/_stcore/upload_file/{session}/1", "PUT", debut + octets + b"\r\n--B--\r\n", **entetes
    ).statut


def test_seule_une_session_entree_peut_deposer_un_fichier(serveur):
    """Streamlit garde en mémoire ce que dépose toute session ouverte : sans ce refus, un passant la remplirait.

    Le numéro de la session est dans l'adresse, donc au journal de nginx : le connaître ne suffit pas non plus.
    """
    navigateur = temoin_du_navigateur(serveur.port)
    session = Session(serveur.port, navigateur)
    recus = session.messages("mettre_a_jour")
    identifiant = identite(recus)
    assert deposer(serveur.port, "inconnue", b"x", navigateur) == 403
    assert deposer(serveur.port, identifiant, b"x", navigateur) == 403
    session.essayer_le_mot(MOT, "Journal des ajouts")
    assert deposer(serveur.port, identifiant, b"x") == 403
    assert deposer(serveur.port, identifiant, b"x", temoin_du_navigateur(serveur.port)) == 403
    assert deposer(serveur.port, identifiant, b"x", navigateur) == 204
    session.fermer()


def test_qui_reprend_le_numero_d_une_session_n_entre_pas(serveur):
    """Streamlit rend sa session à qui en redonne le numéro : le témoin du navigateur n'y est pas."""
    navigateur = temoin_du_navigateur(serveur.port)
    session = Session(serveur.port, navigateur)
    identifiant = identite(session.essayer_le_mot(MOT, "Journal des ajouts"))
    session.fermer()
    voleuse = Session(serveur.port, temoin_du_navigateur(serveur.port), reprendre=identifiant)
    recus = voleuse.messages("mettre_a_jour")
    assert identite(recus) == identifiant, "c'est bien sa session"
    assert "Journal des ajouts" not in textes(recus)
    voleuse.fermer()
    retour = Session(serveur.port, navigateur, reprendre=identifiant)
    assert "Journal des ajouts" in textes(retour.messages("mettre_a_jour")), "la personne, elle, la retrouve"
    retour.fermer()


def test_un_visiteur_ne_vide_pas_les_caches_des_autres(serveur):
    """`clear_cache` vide aussi l'état de la session qui l'envoie : restée entrée, elle n'a pas été entendue."""
    session = Session(serveur.port, temoin_du_navigateur(serveur.port))
    session.essayer_le_mot(MOT, "Journal des ajouts")
    vider = BackMsg()
    vider.clear_cache = True
    session.prise.send(vider.SerializeToString())
    assert "Journal des ajouts" in session.jouer("mettre_a_jour")
    session.fermer()
