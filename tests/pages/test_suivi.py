"""L'écran Suivi : sans suivi tout se lit ; les liens anciens ouvrent ; le jeton quitte l'adresse."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import ecrans
import pytest
from serveurs import jouer

from indicators.__main__ import main
from indicators.base.base import Base
from indicators.suivi import acces, cohortes, seances
from indicators.suivi import engagements as dits
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.magasin import VARIABLE, Magasin
from indicators.suivi.programme import Resultat
from indicators.suivi.refus import ErreurSuivi
from pages.commun import suivi
from pages.commun.acces import en_service
from pages.commun.visiteur import INVITATION
from pages.serveur.anciens import AnciensChemins
from pages.serveur.invitation import Invitations
from pages.vues.engagements import ecran
from pages.vues.engagements.ecran import tous
from pages.vues.suivi import ecran_programme


class Client:
    """Les intergiciels des liens devant une page qui répond toujours ; sans réseau."""

    def get(self, chemin: str, invitation: str | None = None, **entetes: str) -> Reponse:
        chemin, _, suite = chemin.partition("?")
        if invitation is not None:
            suite = urlencode({"invitation": invitation})
        recus: list[dict[str, Any]] = []

        async def page(_scope: Any, _recevoir: Any, envoyer: Any) -> None:
            await envoyer({"type": "http.response.start", "status": 200, "headers": []})

        async def recevoir() -> dict[str, Any]:
            return {"type": "http.request", "body": b""}

        async def envoyer(message: dict[str, Any]) -> None:
            recus.append(message)

        portee = {
            "type": "http", "method": "GET", "path": chemin, "query_string": suite.encode(), "scheme": "http",
            "headers": [(nom.replace("_", "-").encode(), valeur.encode()) for nom, valeur in entetes.items()],
        }  # fmt: skip
        jouer(lambda: AnciensChemins(Invitations(page))(portee, recevoir, envoyer))
        lus = {nom.decode(): valeur.decode("latin-1") for nom, valeur in recus[0]["headers"]}
        return Reponse(recus[0]["status"], lus)


@dataclass(frozen=True)
class Reponse:
    status_code: int
    headers: dict[str, str]


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def sans_suivi(locales: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(VARIABLE, raising=False)
    return locales


def test_sans_suivi_tout_se_lit_et_rien_n_est_cree(sans_suivi: Path) -> None:
    essai = ecrans.ouvrir("suivi")
    assert "187 engagements" in ecrans.texte(essai)
    assert not essai.error
    assert not (sans_suivi / "suivi.sqlite").exists()


def test_le_jeton_quitte_l_adresse_pour_un_temoin(client: Client) -> None:
    jeton = "a" * 43
    reponse = client.get(f"/suivi?invitation={jeton}&engagement_theme=sante")
    assert (reponse.status_code, reponse.headers["location"]) == (303, "suivi?engagement_theme=sante")
    temoin = reponse.headers["set-cookie"]
    assert f"{INVITATION}={jeton}" in temoin and "HttpOnly" in temoin and "SameSite=lax" in temoin
    assert "Secure" not in temoin
    chiffree = client.get(f"/suivi?invitation={jeton}", x_forwarded_proto="https")
    assert "Secure" in chiffree.headers["set-cookie"]


@pytest.mark.parametrize("jeton", ["", "court", "a;b" * 20, "é" * 40, "a" * 101])
def test_ce_qui_n_est_pas_un_jeton_efface_le_temoin(client: Client, jeton: str) -> None:
    reponse = client.get("/suivi", jeton)
    assert reponse.status_code == 303
    assert 'suivi_invitation=""' in reponse.headers["set-cookie"] and "Max-Age=0" in reponse.headers["set-cookie"]


@pytest.mark.parametrize("chemin", ["//exemple.fr", "/..%2f..%2fsuivi", "/autre.chose"])
def test_le_renvoi_ne_mene_jamais_ailleurs(client: Client, chemin: str) -> None:
    reponse = client.get(f"{chemin}?invitation={'a' * 43}")
    assert "exemple.fr" not in reponse.headers.get("location", "")
    assert not reponse.headers.get("location", "").startswith(("/", "http"))


def test_un_ancien_lien_ouvre_le_suivi(client: Client) -> None:
    reponse = client.get("/engagements?engagement_theme=sante&territoire=QP062011")
    assert (reponse.status_code, reponse.headers["location"]) == (
        308, "suivi?engagement_theme=sante&territoire=QP062011",
    )  # fmt: skip
    assert client.get("/suivi?engagement_theme=sante").status_code == 200


SUJETS = ("engagements", "seances", "evaluation", "actions", "cohortes", "socle", "programme")


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dossier = tmp_path_factory.mktemp("demonstration")
    assert main(["suivi", "demonstration", str(dossier)]) == 0
    return dossier


@pytest.fixture
def montree(demonstration: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("OBSERVATOIRE_DONNEES_LOCALES", str(demonstration))
    return demonstration


@pytest.mark.parametrize("sujet", SUJETS)
@pytest.mark.parametrize("role", [None, Role.PARTENAIRE, Role.ANIMATEUR])
def test_chaque_sujet_se_montre_a_chacun(
    montree: Path, monkeypatch: pytest.MonkeyPatch, sujet: str, role: Role | None
) -> None:
    partenaires = frozenset({"partenord-habitat"})
    qui = None if role is None else Auteur(role, "référente", "Partenord Habitat", partenaires, 1)
    monkeypatch.setattr(suivi, "auteur", lambda: qui)
    essai = ecrans.ouvrir("suivi", sujet=sujet)
    assert not essai.error
    lu = ecrans.texte(essai)
    assert "Démonstration. Tout ce qui est écrit ici est inventé" in lu
    assert ("Vous écrivez comme" in lu) is (role is not None)


def test_qui_lit_n_a_rien_a_remplir_et_ne_voit_que_ce_qui_est_publie(
    montree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suivi, "auteur", lambda: None)
    for sujet in SUJETS:
        essai = ecrans.ouvrir("suivi", sujet=sujet)
        libelles = [b.label for b in essai.button]
        assert not [mot for mot in libelles if mot.startswith(("Valider", "Enregistrer", "Publier", "Retirer"))]
    assert "masqué" in ecrans.texte(ecrans.ouvrir("suivi", sujet="cohortes"))


def test_un_partenaire_met_a_jour_ses_engagements_et_eux_seuls(montree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    magasin = Magasin.ouvrir()
    _, jeton = acces.inviter(magasin, Role.PARTENAIRE, "Partenord Habitat", "référente", ["partenord-habitat"])
    qui = acces.reconnaitre(magasin, jeton, "essai")
    monkeypatch.setattr(suivi, "auteur", lambda: qui)
    essai = ecrans.ouvrir("suivi")
    liste = next(s for s in essai.selectbox if s.label == "Engagement à mettre à jour")
    assert len(liste.options) == 6, "les six de Partenord Habitat"
    avant = {p.engagement: p.trace.version for p in dits.points(magasin)}
    etat = next(p for p in essai.get("button_group") if p.label == "État")
    etat.set_value(dits.Etat.REALISE).run()
    assert not essai.exception and not essai.error
    changes = [p for p in dits.points(magasin) if p.trace.organisation == "Partenord Habitat"]
    assert [p.saisie.etat for p in changes] == [dits.Etat.REALISE]
    assert changes[0].a_valider and changes[0].trace.version == avant.get(changes[0].engagement, 0) + 1
    magasin.fermer()


def test_le_portrait_dit_ce_qui_a_ete_decide(montree: Path) -> None:
    lu = ecrans.texte(ecrans.ouvrir("portrait", territoire="EPCI200072460"))
    assert "Ce qui a été décidé, et ce que c’est devenu" in lu
    assert "Réunir les bailleurs sur les logements vacants." in lu and "Démonstration. Ces décisions" in lu


def test_sans_suivi_le_portrait_est_celui_d_avant(sans_suivi: Path) -> None:
    lu = ecrans.texte(ecrans.ouvrir("portrait", territoire="EPCI200072460"))
    assert "Ce qui a été décidé" not in lu


def test_deux_champs_du_meme_engagement_se_gardent_tous_deux(montree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """L'une change l'unité pendant que l'autre change l'état : ce n'est pas la même chose, rien n'est perdu."""
    qui = Auteur(Role.ANIMATEUR, "animatrice", "CA des Essais")
    monkeypatch.setattr(suivi, "auteur", lambda: qui)
    magasin = Magasin.ouvrir()
    avant = next(p for p in dits.points(magasin) if p.annee == suivi.aujourdhui().year and not p.a_valider)
    essai = ecrans.ouvrir("suivi", engagement=avant.engagement)
    engagement = next(e for e in tous(en_service()) if e.id == avant.engagement)
    ailleurs = replace(avant.saisie, unite="quartiers")
    dits.ecrire_point(magasin, qui, engagement, avant.annee, ailleurs, avant.trace.version)
    etat = next(p for p in essai.get("button_group") if p.label == "État")
    voulu = dits.Etat.ABANDONNE if avant.saisie.etat is not dits.Etat.ABANDONNE else dits.Etat.REALISE
    etat.set_value(voulu).run()
    assert not essai.exception and not essai.error
    (apres,) = [p for p in dits.points(magasin, avant.engagement) if p.annee == avant.annee]
    assert (apres.saisie.etat, apres.saisie.unite) == (voulu, "quartiers")
    magasin.fermer()


def test_un_bilan_se_lit_en_resultats() -> None:
    assert ecran_programme._bilan("participants : 24 ; ateliers : 6,5") == (
        Resultat("participants", 24.0),
        Resultat("ateliers", 6.5),
    )
    with pytest.raises(ErreurSuivi, match="« beaucoup » n’est pas un résultat"):
        ecran_programme._bilan("participants : 24 ; beaucoup")


def test_un_compte_admis_ecrit_et_un_autre_lit(montree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fichier = tmp_path / "adresses.csv"
    fichier.write_text(
        "adresse;role;organisation;fonction;partenaires\nref@ph.fr;partenaire;Partenord Habitat;référente;"
        "partenord-habitat\n",
        "utf-8",
    )
    monkeypatch.setenv("OBSERVATOIRE_SUIVI_ADRESSES", str(fichier))
    assert "Se connecter pour écrire" in [b.label for b in ecrans.ouvrir("suivi").button]

    for adresse, verifiee, attendu in (
        ("Ref@PH.fr", True, True),
        ("autre@ph.fr", True, False),
        ("ref@ph.fr", None, False),
    ):
        compte = SimpleNamespace(is_logged_in=True, email=adresse, email_verified=verifiee)
        monkeypatch.setattr(suivi.st, "user", compte)
        essai = ecrans.ouvrir("suivi")
        assert ("Vous écrivez comme référente, Partenord Habitat" in ecrans.texte(essai)) is attendu
        assert any("n’est pas admise" in e.value for e in essai.error) is not attendu
        assert "Se déconnecter" in [b.label for b in essai.button]


def test_ce_qui_est_tape_n_est_jamais_que_du_texte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Un partenaire malveillant : balises et Markdown dans tout ce qu'il peut écrire."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("OBSERVATOIRE_DONNEES_LOCALES", str(tmp_path))
    piege = "<script>zz()</script><img src=x onerror=zz()> [zz](http://zz) ![z](http://zz/z.png)"
    magasin = Magasin.ouvrir()
    anime = Auteur(Role.ANIMATEUR, "animatrice", piege)
    engagement = next(e for e in tous(en_service()) if e.id == "etat59-01")
    dite = dits.Saisie(dits.Etat.EN_COURS, 1.0, piege, None, piege, "https://exemple.fr/?a=<b>".replace("<b>", "b"))
    dits.ecrire_point(magasin, anime, engagement, suivi.aujourdhui().year, dite, 0)
    ou = "EPCI200072460"
    seances.ecrire_seance(magasin, anime, "s1", piege, ou, suivi.aujourdhui(), 0, publiee=True)
    seances.decider(magasin, anime, "s1", "d1", seances.SaisieDecision(piege, piege), 0)
    seances.noter(magasin, anime, "s1", piege, piege, 0)
    cohorte = cohortes.SaisieCohorte(piege, ou, piege, suivi.aujourdhui(), 40, (piege,))
    cohortes.ecrire_cohorte(magasin, anime, "c1", cohorte, 0)
    cohortes.ecrire_vague(magasin, anime, "c1", suivi.aujourdhui(), 30, 10, [30], 0)
    magasin.fermer()
    monkeypatch.setattr(suivi, "auteur", lambda: anime)
    for page, parametres in (
        ("suivi", {"engagement": "etat59-01"}), ("suivi", {"sujet": "seances", "territoire": ou}),
        ("suivi", {"sujet": "cohortes", "territoire": ou}), ("portrait", {"territoire": ou}),
        ("seance", {"territoire": ou, "diapo": "depuis"}),
    ):  # fmt: skip
        essai = ecrans.ouvrir(page, **parametres)
        html = " ".join(ecrans.blocs(essai, html=False))  # ceux que lit le navigateur lui-même aussi
        assert "zz" in html, (page, parametres)
        assert "<script>zz" not in html and "<img src=x" not in html
        libelles = [e.label for genre in ("expander", "number_input", "text_input") for e in essai.get(genre)]
        assert not [mot for mot in libelles if re.search(r"(?<!\\)\]\(http", mot)]


@pytest.mark.parametrize(
    ("code", "titres"),
    [
        ("EPCI200042190", {"Le contrat (Porte du Hainaut)"}),
        ("COM62498", {"L’évaluation du contrat (Lens-Liévin)"}),
        ("EPCI200054807", {"Le contrat et son évaluation"}),
    ],
)
def test_une_agglomeration_ne_montre_pas_le_contrat_d_une_autre(vraie: Base, code: str, titres: set[str]) -> None:
    dits = " ".join(ecran.evaluation(vraie, (), code))
    assert set(re.findall(r"<h2>(.*?)</h2>", dits)) == titres


def test_un_champ_du_suivi_qui_revient_seul_n_arrete_rien(montree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    qui = Auteur(Role.ANIMATEUR, "animatrice", "CA des Essais")
    monkeypatch.setattr(suivi, "auteur", lambda: qui)
    champs = [c for sujet in SUJETS for c in ecrans.en_retard(ecrans.ouvrir("suivi", sujet=sujet))]
    assert any("decision_demonstration" in c for c in champs)
