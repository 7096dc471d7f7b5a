"""`python -m benchmarks.duree [--minutes 12]` : la mémoire d'un serveur qui dure. `--minutes 120` : deux heures.

    python -m benchmarks.duree --mesures usage --minutes 120 --journal duree.json     # une seule, écrite à mesure
    python -m benchmarks.duree --journal duree.json --relire                          # ce qu'il en reste, interrompue
    python -m benchmarks.duree --mesures usage --ensemble 6 --journal duree.json      # six personnes à la fois

Le journal d'un usage mêlé garde, à mesure, la mémoire et chaque écran fautif avec son adresse ; celui du serveur est à
côté (`duree.txt`) : une erreur imprévue s'y lit en entier.

Trois mesures, chacune devant un serveur neuf : dix dépôts de 79 Mo, gardés par Streamlit (en mémoire) puis par nous (au
disque) ; deux cents sessions abandonnées sans fermer ; un usage mêlé, vingt personnes à la fois (`--ensemble`) qui s'en
vont chaque minute, sur les écrans de `charge` et sur des lieux de toute la France tirés au sort. Rend les courbes en
tables, et les écrit dans `RESULTATS.md` sous « La durée ».
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import psutil

from indicators.base.base import Base
from indicators.base.construction import VARIABLE_BASE, VARIABLE_LOCALES, assurer
from indicators.socle.acces_reserve import VARIABLE_MOT_DE_PASSE, hacher

from .charge import RACINE, Demande, _environnement, jouer, serveur
from .clients import Action
from .mesures import But, Tableau, mo
from .parcours import parcours, quartiers

sys.path.insert(0, str(RACINE / "tests"))
from serveurs import Session, demander, identite, temoin_du_navigateur

DEPOTS, TAILLE = 10, 79_000_000
ABANDONNEES, ENSEMBLE = 200, 20
INTERVALLE, LIENS = 3.0, 6
"""Secondes entre deux gestes d'une personne ; liens ouverts sans session chaque minute."""
GRAINE = 20
_MOT = "un mot de passe de banc"
_APRES = 150.0
"""Streamlit garde deux minutes une session coupée, pour qui revient : au-delà, elle n'est plus là."""
_EN_MEMOIRE = """
import sys
from pathlib import Path
sys.path.insert(0, {racine!r})
import streamlit as st
from pages.serveur.api.routes import routes
from pages.serveur.intergiciels import INTERGICIELS, signaler_erreur
app = st.App(Path({racine!r}) / "pages" / "navigation.py", routes=routes(), middleware=INTERGICIELS,
             on_script_error=signaler_erreur)
"""
"""Notre application, moins `depots.sur_le_disque()` : ce que fait Streamlit seul."""


def _rss(processus: psutil.Process) -> int:
    return int(processus.memory_info().rss)


def _deposer(processus: psutil.Process, port: int) -> tuple[int, int, int, Counter[int]]:
    """Dépose ; rend la mémoire avant, au plus haut, après, et les réponses."""
    navigateur = temoin_du_navigateur(port)
    session = Session(port, navigateur)
    numero = identite(session.essayer_le_mot(_MOT, "Journal des ajouts"))
    biscuit = demander(port, "/_stcore/health").temoins[0].partition(";")[0]
    entetes = {
        "Cookie": f"{biscuit}; {navigateur}",
        "X_Xsrftoken": biscuit.partition("=")[2],
        "Content_Type": "multipart/form-data; boundary=B",
    }
    debut = b'--B\r\nContent-Disposition: form-data; name="f"; filename="x.csv"\r\n\r\n'
    corps = debut + b"a;b\n" * (TAILLE // 4) + b"\r\n--B--\r\n"
    avant = _rss(processus)
    Path(f"/proc/{processus.pid}/clear_refs").write_text("5")  # le plus haut repart d'ici
    reponses: Counter[int] = Counter()
    for rang in range(DEPOTS):
        reponses[demander(port, f"/_stcore/upload_file/{numero}/{rang}", "PUT", corps, **entetes).statut] += 1
    time.sleep(2)
    lignes = Path(f"/proc/{processus.pid}/status").read_text().splitlines()
    haut = next(1024 * int(ligne.split()[1]) for ligne in lignes if ligne.startswith("VmHWM"))
    apres = _rss(processus)
    session.fermer()
    return avant, haut, apres, reponses


def depots(ou: Path, variables: dict[str, str]) -> Tableau:
    """Dix dépôts, gardés par Streamlit puis par nous."""
    (ou / "en_memoire.py").write_text(_EN_MEMOIRE.format(racine=str(RACINE)), "utf-8")
    variables = variables | {VARIABLE_MOT_DE_PASSE: hacher(_MOT)}
    lignes, gagne = [], 0
    for nom, script in (("en mémoire (Streamlit seul)", str(ou / "en_memoire.py")), ("sur le disque", "app.py")):
        with serveur(ou, variables, script) as (processus, port):
            avant, haut, apres, reponses = _deposer(processus, port)
        recus = f"{reponses[204]} sur {DEPOTS}"
        lignes.append((nom, recus, mo(avant), mo(haut), mo(apres), mo(max(0, apres - avant))))
        gagne = apres - avant
    return Tableau(
        f"{DEPOTS} dépôts de 79 Mo",
        "La mémoire du serveur avant, au plus haut pendant les dépôts, et quand tout est déposé, la session ouverte.",
        ("fichiers déposés", "reçus", "avant, Mo", "au plus haut, Mo", "ensuite, Mo", "gardés, Mo"),
        tuple(lignes),
        (But("mémoire gardée par 10 dépôts de 79 Mo", "80 Mo au plus", f"{mo(max(0, gagne))} Mo", gagne < 80_000_000),),
    )


def abandons(ou: Path, variables: dict[str, str]) -> Tableau:
    """Des sessions ouvertes qui disparaissent sans fermer ; la mémoire, dix minutes après comprises."""
    lieux, fins = quartiers(), []
    with serveur(ou, variables) as (processus, port):
        lignes = [("avant", mo(_rss(processus)))]
        for salve in range(2):
            ouvertes = []
            for rang in range(ABANDONNEES):
                session = Session(port)
                session.messages("portrait", f"territoire={lieux[rang % len(lieux)].code}")
                ouvertes.append(session)
            quoi = f"{ABANDONNEES} {'de plus' if salve else 'ouvertes'}"
            lignes.append((quoi, mo(_rss(processus))))
            for session in ouvertes:
                session.prise.socket.close()  # ni adieu, ni fermeture : un portable que l'on referme
            time.sleep(_APRES)
            lignes.append((f"{_APRES:.0f} s après leur abandon", mo(_rss(processus))))
            fins.append(_rss(processus))
    reste = fins[1] - fins[0]
    return Tableau(
        "200 sessions abandonnées, deux fois",
        "Chacune a ouvert un portrait, puis sa prise a été coupée sans adieu. La seconde fois dit ce que la première a "
        "laissé : ce qui est gardé de toute façon (écrans, portraits) l'est déjà.",
        ("moment", "mémoire du serveur, Mo"),
        tuple(lignes),
        (
            But(
                "mémoire laissée par 200 sessions abandonnées",
                "20 Mo au plus",
                f"{mo(max(0, reste))} Mo",
                reste < 20_000_000,
            ),
        ),
    )


def _melange(base: Base, minute: int, ensemble: int) -> tuple[tuple[Action, ...], ...]:
    """Ce que font les personnes de cette minute : les gestes de `charge`, et un lieu de France au hasard sur trois."""
    hasard = random.Random(GRAINE * 1000 + minute)
    codes = base.codes_connus
    suites = []
    for suite in parcours(quartiers(), ensemble, 18, GRAINE + minute):
        suites.append(
            tuple(
                Action("au hasard", hasard.choice(("portrait", "comparer", "carte", "evolution", "explorer", "seance")),
                       f"territoire={hasard.choice(codes)}", ())
                if rang % 3 == 2 else geste
                for rang, geste in enumerate(suite)
            )
        )  # fmt: skip
    return tuple(suites)


def _emporter(port: int, code: str) -> Counter[str]:
    """Ce qu'un lien envoyé fait demander sans session : la page, la fiche, le classeur ; rend les réponses fautives."""
    fautes: Counter[str] = Counter()
    for chemin in (f"/portrait?territoire={code}", f"/papiers/fiche-{code}.pdf", f"/papiers/classeur-{code}.xlsx"):
        if (statut := demander(port, chemin).statut) != 200:
            fautes[f"{chemin.replace(code, '…')} : {statut}"] += 1
    return fautes


def melange(
    ou: Path, variables: dict[str, str], minutes: int, ensemble: int = ENSEMBLE, journal: Path | None = None
) -> Tableau:
    """L'usage mêlé : la mémoire et les fautes, minute après minute. `journal` : où les écrire à mesure."""
    base = Base(assurer().chemin)
    hasard = random.Random(GRAINE)
    releves: list[tuple[int, int, int]] = []
    fautes: Counter[str] = Counter()
    fautives: list[str] = []
    du_serveur = ou / "serveur.txt" if journal is None else journal.with_suffix(".txt")
    with serveur(ou, variables, journal=du_serveur) as (processus, port):
        debut = time.monotonic()
        # Sur une machine chargée, un tour dure plus d'une minute : c'est le temps passé que la courbe porte.
        while (depuis := time.monotonic() - debut) < 60 * minutes:
            tour = len(releves)
            gestes = _melange(base, tour, ensemble)
            charge = jouer(Demande(port, 50.0, INTERVALLE, GRAINE + tour, gestes), [processus])
            fautes += charge.fautes
            for p in (p for p in charge.passages if p.faute):
                ou_donc = gestes[p.session][p.rang]
                fautives.append(f"tour {tour}, session {p.session} : {ou_donc.page}?{ou_donc.adresse} : {p.faute}")
            for code in hasard.choices(base.codes_connus, k=LIENS):
                fautes += _emporter(port, code)
            time.sleep(max(0.0, debut + depuis + 60 - time.monotonic()))
            releves.append((round((time.monotonic() - debut) / 60), len(charge.passages), _rss(processus)))
            print(f"minute {releves[-1][0]} : {mo(releves[-1][2])} Mo, {len(charge.passages)} gestes", flush=True)
            if journal is not None:
                etat = {"ensemble": ensemble, "releves": releves, "fautes": fautes, "fautives": fautives}
                journal.write_text(json.dumps(etat, ensure_ascii=False), "utf-8")
    base.fermer()
    if fautes:
        print("\n".join([*fautives, "Le journal du serveur :", du_serveur.read_text("utf-8")[-10_000:]]))
    return raconter(releves, fautes, ensemble)


def raconter(releves: Sequence[tuple[int, int, int]], fautes: Counter[str], ensemble: int = ENSEMBLE) -> Tableau:
    """La table d'un usage mêlé, de ses relevés : minutes passées, gestes du tour, mémoire en octets."""
    minutes = releves[-1][0]
    moitie = [releve for releve in releves if releve[0] >= minutes / 2]
    pente = statistics.linear_regression([m for m, *_ in moitie], [rss for *_, rss in moitie]).slope
    pas = max(1, len(releves) // 24)
    dites = "aucun" if not fautes else ", ".join(f"{texte} ({n})" for texte, n in fautes.most_common(4))
    return Tableau(
        f"Usage mêlé, {minutes} minutes",
        f"{ensemble} sessions neuves chaque minute, un geste toutes les {INTERVALLE:.0f} secondes, un sur trois dans "
        f"un lieu de France tiré au sort ; et {LIENS} liens ouverts sans session (la page, la fiche, le classeur). "
        f"Écrans faux ou en erreur : {dites}. Seconde moitié : {mo(abs(pente))} Mo par minute "
        f"{'de plus' if pente > 0 else 'de moins'}.",
        ("minute", "gestes", "mémoire du serveur, Mo"),
        tuple((str(m), str(n), mo(rss)) for m, n, rss in (releves[0], *releves[pas::pas])),
        (
            But(f"usage mêlé de {minutes} minutes, seconde moitié", "1 Mo par minute au plus",
                f"{mo(max(0.0, pente))} Mo", pente < 1_000_000),
        ),
    )  # fmt: skip


@contextmanager
def _a_part() -> Iterator[tuple[Path, dict[str, str]]]:
    with tempfile.TemporaryDirectory(prefix="duree-") as nom:
        variables = {VARIABLE_BASE: f"{nom}/base", VARIABLE_LOCALES: f"{nom}/ajouts"}
        with _environnement(variables):
            assurer()
            yield Path(nom), variables


MESURES = ("depots", "usage", "abandons")


def mesurer(
    minutes: int = 12, lesquelles: Sequence[str] = MESURES, ensemble: int = ENSEMBLE, journal: Path | None = None
) -> list[Tableau]:
    """Les mesures demandées, dans leur ordre."""
    faire = {"depots": depots, "usage": lambda o, v: melange(o, v, minutes, ensemble, journal), "abandons": abandons}
    tableaux = []
    for nom in (nom for nom in MESURES if nom in lesquelles):
        with _a_part() as (ou, variables):
            tableaux.append(faire[nom](ou, variables))
        print(tableaux[-1].markdown(), flush=True)
    return tableaux


def main() -> int:
    """Les mesures demandées ; garde leurs tables dans `resultats.json` avec les autres, et réécrit le rapport."""
    from .__main__ import BANCS, DONNEES, ecrire, relire

    lecteur = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    lecteur.add_argument("--minutes", type=int, default=12)
    lecteur.add_argument("--mesures", default=",".join(MESURES), help="celles-là seulement")
    lecteur.add_argument("--ensemble", type=int, default=ENSEMBLE, help="personnes à la fois dans l'usage mêlé")
    lecteur.add_argument("--journal", type=Path, help="où écrire l'usage mêlé minute après minute")
    lecteur.add_argument("--relire", action="store_true", help="raconter le journal d'un usage interrompu")
    options = lecteur.parse_args()
    lesquelles = ["usage"] if options.relire else options.mesures.split(",")
    if options.relire:
        lu = json.loads(options.journal.read_text("utf-8"))
        tableaux = [raconter(lu["releves"], Counter(lu["fautes"]), lu["ensemble"])]
    else:
        tableaux = mesurer(options.minutes, lesquelles, options.ensemble, options.journal)
    gardes = json.loads(DONNEES.read_text("utf-8"))
    anciens = dict(zip(MESURES, gardes.get("duree", []), strict=False))
    neufs = anciens | dict(zip((nom for nom in MESURES if nom in lesquelles), map(asdict, tableaux), strict=True))
    gardes["duree"] = [neufs[nom] for nom in MESURES if nom in neufs]
    DONNEES.write_text(json.dumps(gardes, ensure_ascii=False, indent=1) + "\n", "utf-8")
    ecrire({nom: [relire(t) for t in gardes[nom]] for nom in BANCS if nom in gardes})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
