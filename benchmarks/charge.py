"""`python -m benchmarks charge` : des salles entières devant de vrais serveurs, sur cette machine.

Chaque session ouvre un écran puis agit toutes les trois secondes, comme des élus qui vont d'un portrait à
l'autre. Sur chaque réponse, l'écran doit être celui qui était demandé : le nom du territoire, et son taux de pauvreté
lu dans les CSV, sans passer par la base. Le client tourne sur les mêmes cœurs que les serveurs : ce qu'il prend est
écrit.
"""

from __future__ import annotations

import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

try:
    import psutil
except ModuleNotFoundError as absent:
    raise ModuleNotFoundError("psutil est absent : pip install -r benchmarks/requirements.txt") from absent

from indicators.base.construction import VARIABLE_BASE, VARIABLE_LOCALES, construire, empreinte, nom_de_base

from . import nationale
from .clients import Action, Demande, Passage
from .mesures import But, Tableau, mo, ms, p95, virgule
from .parcours import MELANGE, Quartier, accueil, parcours, portrait, quartiers, quartiers_inventes

RACINE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RACINE / "tests"))
from serveurs import Session, mandataire, streamlit, trouver_nginx  # noqa: E402 — les serveurs des tests

DUREE, PAS, GRAINE = 60.0, 3.0, 8
PASSAGES, TOUR = 20, 0.3
"""Une personne seule : combien de fois chaque écran est rejoué, et l'intervalle en secondes."""
SERVEUR = 0.015
"""Le temps de serveur visé d'un portrait rejoué, en secondes."""
SEULE, A_DEUX, DEBIT = 60, 100, 50.0
SECONDE = 1.0
"""Le p95 visé, en secondes."""
_INSECABLE = "\u00a0"
_PAGE_NUE = "page nue"
_NUE = 'import streamlit as st\n\nst.metric("Population", "1 088")\n'


@dataclass(frozen=True)
class Charge:
    """Ce qu'une salle a donné : les passages, ce que les serveurs et le client ont pris."""

    sessions: int
    duree: float
    passages: tuple[Passage, ...]
    processeur: float
    client: float
    avant: float
    pendant: float
    envoyes: int = 0

    @property
    def actes(self) -> tuple[float, ...]:
        """La durée de chaque geste après l'ouverture."""
        return tuple(p.duree for p in self.passages if p.rang)

    @property
    def p95(self) -> float:
        """Le p95 de ces gestes ; infini si le serveur n'a répondu à aucun : le but est alors manqué, jamais atteint."""
        return p95(self.actes) if self.actes else float("inf")

    @property
    def fautes(self) -> Counter[str]:
        """Ce qui n'allait pas, et combien de fois."""
        return Counter(f"{p.nom} : {p.faute}" for p in self.passages if p.faute)

    @property
    def par_session(self) -> float:
        """La mémoire que prend une session, en octets."""
        return (self.pendant - self.avant) / self.sessions


def _octets(serveurs: Sequence[psutil.Process]) -> float:
    return float(sum(p.memory_info().rss for p in serveurs))


def _processeur(serveurs: Sequence[psutil.Process]) -> float:
    return sum(sum(p.cpu_times()[:2]) for p in serveurs)


def jouer(demande: Demande, serveurs: Sequence[psutil.Process]) -> Charge:
    """Lance le client dans son processus, et relève ce que prennent les serveurs ; la mémoire à son plus haut."""
    avant, depart = _octets(serveurs), _processeur(serveurs)
    hauts, fini = [avant], threading.Event()

    def relever() -> None:
        while not fini.wait(1.0):
            hauts.append(_octets(serveurs))

    guet = threading.Thread(target=relever, daemon=True)
    guet.start()
    try:
        client = subprocess.run(
            [sys.executable, "-m", "benchmarks.clients"],
            input=json.dumps(dataclasses.asdict(demande)), cwd=RACINE, capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        fini.set()
        guet.join()
    if client.returncode:
        raise RuntimeError(f"Le client de la charge s'est arrêté :\n{client.stderr[-2000:]}")
    rendu = json.loads(client.stdout)
    return Charge(
        len(demande.gestes),
        demande.duree,
        tuple(Passage(**p) for p in rendu["passages"]),
        (_processeur(serveurs) - depart) / rendu["duree"],
        rendu["processeur"] / rendu["duree"],
        avant,
        max(hauts),
        rendu["envoyes"],
    )


@contextmanager
def serveur(
    ou: Path, variables: dict[str, str], script: str = "app.py", journal: Path | None = None
) -> Iterator[tuple[psutil.Process, int]]:
    """Un serveur Streamlit, tiède : un portrait a été ouvert, la base est en mémoire.

    `journal` : où il écrit ce qu'il a à dire ; dans `ou` par défaut, avec ce que la mesure efface.
    """
    journal = journal or ou / f"{Path(script).stem}-{os.urandom(3).hex()}.txt"
    with streamlit(journal, script, **variables) as (processus, port):
        session = Session(port)
        session.messages()
        session.fermer()
        yield psutil.Process(processus.pid), port


def _ligne(nom: str, durees: Sequence[float]) -> tuple[str, ...]:
    if not durees:
        return (nom, "0", "—", "—", "—")
    return (nom, str(len(durees)), ms(statistics.median(durees)), ms(p95(durees)), ms(max(durees)))


def _salle(titre: str, charge: Charge) -> Tableau:
    fautes = charge.fautes
    dites = " ; ".join(f"{texte} ({n})" for texte, n in fautes.most_common(5))
    ecrans, temps = sum(fautes.values()), charge.p95
    lecture = (
        f"{charge.sessions} sessions, un geste toutes les {PAS:.0f} s, devant un serveur qui vient de démarrer. "
        f"Serveurs : {virgule(charge.processeur, 2)} cœur, {mo(charge.pendant)} Mo au plus haut "
        f"({mo(charge.avant)} avant, {mo(max(charge.par_session, 0.0))} Mo par session) ; "
        f"le client, sur les mêmes cœurs : {virgule(charge.client, 2)} cœur. "
        f"Écrans faux ou en erreur : {ecrans or 'aucun'}{f' ({dites})' if dites else ''}."
    )
    return Tableau(
        titre,
        lecture.replace(" :", f"{_INSECABLE}:").replace(" ;", f"{_INSECABLE};"),
        ("passages", "nombre", "médiane, ms", "p95, ms", "plus long, ms"),
        (
            _ligne("tous les gestes", charge.actes),
            _ligne("ouverture d'une session", [p.duree for p in charge.passages if not p.rang]),
        ),
        (
            But(f"{titre}, p95 d'un passage", "1 s au plus", f"{ms(temps)} ms", temps < SECONDE),
            But(f"{titre}, écrans faux ou en erreur", "aucun", f"{ecrans} sur {len(charge.passages)}",
                not ecrans and bool(charge.actes)),
        ),
    )  # fmt: skip


def _seule(port: int, processus: psutil.Process, suite: Sequence[Action]) -> tuple[float, float]:
    """La réponse médiane et le processeur du serveur, par passage, quand tout a été vu une fois."""
    # Elle s'arrête au dernier geste : la durée n'est qu'une borne, large, pour que tous soient vraiment vus une fois.
    demande = Demande(port, 10 * TOUR * (len(suite) + 2), TOUR, GRAINE, (tuple(suite),))
    jouer(demande, [processus])
    charge = jouer(demande, [processus])
    if charge.fautes:
        raise RuntimeError(f"Une personne seule voit déjà des fautes : {charge.fautes}")
    # `processeur` est une part de la durée du client, qui s'arrête au dernier passage.
    duree = max(p.depart + p.duree for p in charge.passages)
    return statistics.median(charge.actes), charge.processeur * duree / len(charge.passages)


def _seuls(processus: psutil.Process, port: int, lieux: Sequence[Quartier]) -> dict[str, tuple[float, float]]:
    """Chaque écran rejoué d'un lieu à l'autre, par une personne seule."""
    mesures = {}
    # L'accueil ne dépend pas du lieu, et ne montre pas une à une les 1 200 agglomérations d'une base inventée.
    for geste in (g for g, _ in MELANGE if g is not accueil or not lieux[0].invente):
        suite = [geste(lieux[rang % len(lieux)]) for rang in range(PASSAGES)]
        mesures[suite[0].nom] = _seule(port, processus, suite)
    return mesures


def _un_passage(
    nue: tuple[float, float], vraie: Mapping[str, tuple[float, float]], inventee: Mapping[str, tuple[float, float]]
) -> Tableau:
    def deux(mesure: tuple[float, float] | None) -> tuple[str, ...]:
        return tuple(map(ms, mesure)) if mesure else ("—", "—")

    portrait_rejoue = vraie["portrait"][1]
    return Tableau(
        "Un passage, une personne seule",
        "Chaque écran rejoué d'un quartier à l'autre, tous déjà vus une fois : la réponse, et ce que le serveur y "
        "dépense. « France » est la vraie base ; « inventée » celle des questions, trente fois plus grande.",
        (
            "écran", "France : réponse médiane, ms", "processeur du serveur, ms", "inventée : réponse médiane, ms",
            "processeur du serveur, ms",
        ),
        (
            (_PAGE_NUE, *deux(nue), *deux(None)),
            *((nom, *deux(mesure), *deux(inventee.get(nom))) for nom, mesure in vraie.items()),
        ),
        (
            But(
                "portrait rejoué, temps de serveur",
                "15 ms au plus",
                f"{ms(portrait_rejoue)} ms (page nue : {ms(nue[1])} ms)",
                portrait_rejoue < SERVEUR,
            ),
        ),
    )  # fmt: skip


def _inondation(calme: Charge, inondee: Charge) -> Tableau:
    avant, apres = calme.p95, inondee.p95
    fautes = sum(inondee.fautes.values())
    return Tableau(
        "Un client qui demande sans arrêt",
        f"Une session de plus envoie {DEBIT:.0f} passages par seconde sans attendre ({inondee.envoyes} envoyés). "
        "Streamlit les fond : il ne joue que le dernier demandé, mais cette session-là ne s'arrête jamais.",
        ("les autres sessions", "passages", "médiane, ms", "p95, ms", "plus long, ms"),
        (_ligne("sans elle", calme.actes), _ligne("avec elle", inondee.actes)),
        (
            But(
                f"avec une session qui inonde, p95 des {inondee.sessions} autres",
                "1 s au plus, aucun écran faux",
                f"{ms(apres)} ms ({ms(avant)} sans elle), {fautes} faux",
                apres < SECONDE and not fautes,
            ),
        ),
    )


def _fuite(processus: psutil.Process, port: int, lieux: Sequence[Quartier], cent: int = 100) -> Tableau:
    """La mémoire à chaque centaine de sessions ouvertes, jouées et fermées."""
    actions = [geste(q) for q in lieux[:2] for geste, _ in MELANGE]
    tailles = []
    for rang in range(4 * cent):
        session = Session(port)
        # Toujours les mêmes écrans : la première centaine remplit ce qui est gardé, la suite ne garde plus rien.
        for action in (actions[rang % len(actions)], actions[(rang + 3) % len(actions)]):
            session.messages(action.page, action.adresse)
        session.fermer()
        if (rang + 1) % cent == 0:
            tailles.append(_octets([processus]))
    derniere = (tailles[-1] - tailles[-2]) / cent
    return Tableau(
        "Sessions ouvertes puis fermées",
        "Toujours les mêmes écrans, gardés dès la première centaine. Streamlit garde les dernières "
        "sessions coupées, deux minutes, pour qui revient. Au-delà, une session fermée ne doit plus rien laisser.",
        ("sessions fermées", "mémoire du serveur, Mo"),
        tuple((str(cent * (k + 1)), mo(taille)) for k, taille in enumerate(tailles)),
        (
            But(
                "mémoire laissée par une session fermée, dernière centaine",
                "0,2 Mo au plus",
                f"{virgule(max(derniere, 0.0) / 1e6, 2)} Mo",
                derniere < 200_000,
            ),
        ),
    )


def mesurer(
    duree: float = DUREE, seule: int = SEULE, a_deux: int = A_DEUX, inventee: str = "inventée"
) -> list[Tableau]:
    """Une personne, puis soixante, puis cent derrière nginx, une session qui inonde, des sessions fermées.

    `inventee` : la base inventée dont les écrans sont mesurés à côté de ceux de la vraie.
    """
    nginx = trouver_nginx()
    if nginx is None:
        raise RuntimeError("nginx est absent : installez nginx-light (apt-get install nginx-light), puis relancez.")
    lieux, gestes = quartiers(), int(duree / PAS) + 2
    nue = (Action(_PAGE_NUE, "", "", ("1 088",)),) * max(gestes, PASSAGES)
    with ExitStack() as pile:
        ou = Path(pile.enter_context(tempfile.TemporaryDirectory(prefix="charge-")))
        base = ou / "base"
        variables = {VARIABLE_BASE: str(base), VARIABLE_LOCALES: str(ou / "ajouts")}
        with _environnement(variables):
            construire()
        (ou / "nue.py").write_text(_NUE, "utf-8")

        with serveur(ou, variables, str(ou / "nue.py")) as (processus, port):
            page_nue = _seule(port, processus, nue[:PASSAGES])
        with serveur(ou, variables) as (processus, port):
            seuls = _seuls(processus, port, lieux)
        with _inventee(ou, variables, inventee) as ailleurs, serveur(ou, ailleurs) as (processus, port):
            seuls_inventes = _seuls(processus, port, quartiers_inventes(nationale.base(inventee), PASSAGES))
        with serveur(ou, variables) as (processus, port):
            une = jouer(Demande(port, duree, PAS, GRAINE, parcours(lieux, seule, gestes, GRAINE)), [processus])
        base.chmod(0o555)
        with ExitStack() as repliques:
            lancees = [repliques.enter_context(serveur(ou, variables)) for _ in range(2)]
            devant = ou / "nginx"
            devant.mkdir()
            ou.chmod(0o755)
            port = repliques.enter_context(mandataire(nginx, devant, [p for _, p in lancees]))
            suites = parcours(lieux, a_deux, gestes, GRAINE + 1)
            deux = jouer(Demande(port, duree, PAS, GRAINE, suites), [p for p, _ in lancees])
        base.chmod(0o755)
        with serveur(ou, variables) as (processus, port):
            peu = parcours(lieux, seule // 3, gestes, GRAINE + 2)
            jouer(Demande(port, duree / 2, PAS, GRAINE, peu), [processus])  # tout a été vu une fois
            calme = jouer(Demande(port, duree / 2, PAS, GRAINE, peu), [processus])
            inonde = tuple(portrait(q) for q in lieux)
            inondee = jouer(Demande(port, duree / 2, PAS, GRAINE, peu, DEBIT, inonde), [processus])
        with serveur(ou, variables) as (processus, port):
            fuite = _fuite(processus, port, lieux)
    return [
        _un_passage(page_nue, seuls, seuls_inventes),
        _salle(f"{seule} sessions sur un processus", une),
        _salle(f"{a_deux} sessions sur deux processus", deux),
        _inondation(calme, inondee),
        fuite,
    ]


@contextmanager
def _inventee(ou: Path, variables: dict[str, str], nom: str) -> Iterator[dict[str, str]]:
    """De quoi servir une base inventée : posée sous le nom que le serveur attend de la sienne."""
    dossier = ou / "inventee"
    dossier.mkdir()
    with _environnement(variables):
        attendue = nom_de_base(empreinte())
    (dossier / attendue).symlink_to(nationale.base(nom).resolve())
    yield variables | {VARIABLE_BASE: str(dossier)}


@contextmanager
def _environnement(variables: dict[str, str]) -> Iterator[None]:
    anciennes = {nom: os.environ.get(nom) for nom in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for nom, valeur in anciennes.items():
            if valeur is None:
                os.environ.pop(nom, None)
            else:
                os.environ[nom] = valeur
