"""Le magasin du suivi : l'ouvrir, le mettre à jour, y lire et y écrire en transaction.

Par défaut `donnees_locales/suivi.sqlite`, sans rien à faire ; `OBSERVATOIRE_SUIVI=postgresql+psycopg://…` quand
plusieurs serveurs partagent le même suivi (un fichier SQLite ne se partage pas par le réseau). Un magasin d'une version
ancienne est mis à jour dans une transaction, après une copie du fichier ; un magasin plus récent est refusé.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError, TimeoutError

from indicators.base.construction import VARIABLE_LOCALES, dossier_locales
from indicators.socle.interruption import d_un_geste
from indicators.suivi.auteurs import Horloge, maintenant
from indicators.suivi.refus import ErreurSuivi, SuiviIndisponible, SuiviTropRecent
from indicators.suivi.tables import REGLAGES

VARIABLE = "OBSERVATOIRE_SUIVI"
"""Variable d'environnement : l'adresse SQLAlchemy du magasin (défaut : SQLite, dans le dossier des données locales)."""
NOM = "suivi.sqlite"
_ATTENTE = 30
"""Secondes pendant lesquelles une écriture attend son tour."""
_VERROU_DE_MISE_A_JOUR = 7_205_900_017
"""Numéro du verrou PostgreSQL que prend une mise à jour ; arbitraire, mais le même pour tous."""


def adresse_du_magasin() -> URL:
    """L'adresse réglée, ou celle du fichier SQLite par défaut ; lève `ErreurSuivi` si elle n'est pas comprise."""
    reglee = os.environ.get(VARIABLE, "").strip()
    if not reglee:
        return URL.create("sqlite", database=str(dossier_locales() / NOM))
    try:
        adresse = make_url(reglee)
    except ArgumentError:
        adresse = None
    if adresse is not None and adresse.drivername in {"postgresql", "postgres"}:
        adresse = adresse.set(drivername="postgresql+psycopg")
    if adresse is None or adresse.drivername not in {"sqlite", "postgresql+psycopg"} or not adresse.database:
        # L'adresse n'est pas répétée : elle peut porter un mot de passe.
        raise ErreurSuivi(
            f"{VARIABLE} n’est pas une adresse comprise. Attendu : postgresql+psycopg://utilisateur@serveur/base, "
            f"ou rien pour garder le suivi dans « {NOM} »."
        )
    return adresse


class Magasin:
    """Un magasin ouvert ; un par processus, utilisable par tous ses fils.

    `horloge` date tout ce qui est écrit ; les tests en donnent une autre.
    """

    def __init__(self, moteur: Engine, horloge: Horloge = maintenant) -> None:
        self.moteur = moteur
        self.horloge = horloge
        self._ecrivain = moteur.execution_options(suivi_ecrit=True)

    @classmethod
    def ouvrir(cls, adresse: URL | None = None, horloge: Horloge = maintenant) -> Magasin:
        """Ouvre le magasin, le crée s'il n'existe pas, le met à jour s'il est ancien ; refuse un plus récent."""
        adresse = adresse or adresse_du_magasin()
        magasin = cls(_moteur(adresse), horloge)
        try:
            if (fichier := _fichier(adresse)) is not None:
                fichier.parent.mkdir(parents=True, exist_ok=True)
            magasin._mettre_a_jour()
        except OSError as erreur:
            magasin.fermer()
            raise SuiviIndisponible(
                f"Le suivi ne s’ouvre pas ({erreur.strerror}). {VARIABLE_LOCALES} peut donner un autre dossier."
            ) from erreur
        except BaseException:
            magasin.fermer()
            raise
        return magasin

    @staticmethod
    def existe(adresse: URL | None = None) -> bool:
        """Vrai si un suivi a été commencé : lire un écran ne crée rien."""
        adresse = adresse or adresse_du_magasin()
        if (fichier := _fichier(adresse)) is not None:
            return fichier.is_file()
        moteur = _moteur(adresse)
        try:
            with _traduire(), moteur.connect() as cx:
                return inspect(cx).has_table("alembic_version")
        finally:
            moteur.dispose()

    def fermer(self) -> None:
        """Rend les connexions."""
        self.moteur.dispose()

    @property
    def fichier(self) -> Path | None:
        """Le fichier SQLite ; None si le magasin est PostgreSQL."""
        return _fichier(self.moteur.url)

    @contextmanager
    def lecture(self) -> Iterator[Connection]:
        """Une connexion pour lire, d'un même instant du magasin."""
        with _traduire(), self.moteur.connect() as cx:
            if self.moteur.dialect.name == "postgresql":
                cx = cx.execution_options(isolation_level="REPEATABLE READ")
            with cx.begin():
                yield cx

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Une connexion pour écrire : tout est gardé, ou rien ne l'est. Chacun son tour dans SQLite."""
        with _traduire(), self._ecrivain.begin() as cx:
            yield cx

    def reglage(self, cle: str) -> str | None:
        """La valeur d'un réglage du magasin ; None s'il n'est pas écrit."""
        with self.lecture() as cx:
            return cx.execute(select(REGLAGES.c.valeur).where(REGLAGES.c.cle == cle)).scalar()

    def _mettre_a_jour(self) -> None:
        with self.lecture() as cx:
            avant = MigrationContext.configure(cx).get_current_revision()
        connues = revisions()
        if avant == connues[-1]:
            return
        if avant is not None and avant not in connues:
            raise SuiviTropRecent(
                f"Ce suivi a été écrit par une version plus récente de l’observatoire (« {avant} » ; celle-ci connaît "
                f"« {connues[-1]} » au plus). Rien n’a été touché : mettez l’observatoire à jour."
            )
        if avant is not None and self.fichier is not None:
            copie = self.fichier.with_name(f"{self.fichier.name}.avant-{connues[-1]}")
            if not copie.exists():
                copier(self.fichier, copie)
        with self.transaction() as cx:
            if cx.dialect.name == "postgresql":
                cx.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _VERROU_DE_MISE_A_JOUR})
            # Relu : un autre processus a pu le mettre à jour pendant l'attente.
            if MigrationContext.configure(cx).get_current_revision() != connues[-1]:
                migrer(cx, connues[-1])


def copier(fichier: Path, copie: Path) -> None:
    """Une copie fidèle d'un fichier SQLite en service, écrite à côté puis renommée.

    Lève `SuiviIndisponible` si elle ne peut pas être écrite ; l'ancienne copie, s'il y en a une, reste.
    """
    brouillon = copie.with_name(f".{copie.name}.{os.getpid()}")
    brouillon.unlink(missing_ok=True)
    try:
        source = sqlite3.connect(fichier, timeout=_ATTENTE)
        try:
            source.execute("VACUUM INTO ?", (str(brouillon),))
        finally:
            source.close()
        brouillon.chmod(0o600)
        with d_un_geste(f"« {copie} » est écrit"):
            os.replace(brouillon, copie)
    except sqlite3.Error as erreur:
        brouillon.unlink(missing_ok=True)
        raise SuiviIndisponible(f"« {copie} » ne peut pas être écrit ({erreur}) ; le suivi n’a pas changé.") from erreur


def revisions() -> list[str]:
    """Les versions du schéma que ce code connaît, de la plus ancienne à la plus récente."""
    return [r.revision for r in reversed(list(ScriptDirectory.from_config(_alembic()).walk_revisions()))]


def migrer(cx: Connection, version: str) -> None:
    """Porte le schéma à cette version, dans la transaction de la connexion."""
    reglages = _alembic()
    reglages.attributes["connexion"] = cx
    command.upgrade(reglages, version)


def _alembic() -> Config:
    reglages = Config()
    reglages.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    reglages.set_main_option("path_separator", "os")
    return reglages


def _fichier(adresse: URL) -> Path | None:
    return Path(adresse.database or "") if adresse.get_backend_name() == "sqlite" else None


def _moteur(adresse: URL) -> Engine:
    if adresse.get_backend_name() == "sqlite":
        moteur = create_engine(
            adresse, pool_size=20, max_overflow=20, pool_timeout=_ATTENTE, connect_args={"timeout": _ATTENTE}
        )
        event.listen(moteur, "connect", _regler_sqlite)
        event.listen(moteur, "begin", _commencer_sqlite)
        return moteur
    return create_engine(
        adresse,
        pool_size=10,
        max_overflow=20,
        pool_timeout=_ATTENTE,
        pool_pre_ping=True,  # un serveur arrêté puis revenu ne laisse pas de connexion morte
        connect_args={"connect_timeout": 5, "options": f"-c statement_timeout={_ATTENTE}s -c timezone=UTC"},
    )


def _regler_sqlite(connexion: Any, _fiche: Any) -> None:
    connexion.isolation_level = None  # les transactions sont les nôtres, non celles que devine sqlite3
    connexion.execute(f"PRAGMA busy_timeout = {_ATTENTE * 1000}")
    for _ in range(100):
        # Le passage en WAL est le seul geste qui n'attend pas son tour : deux premiers démarrages peuvent s'y croiser.
        try:
            if connexion.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal":
                break
        except sqlite3.OperationalError as erreur:
            if "locked" not in str(erreur) and "busy" not in str(erreur):
                raise
        time.sleep(0.05)
    connexion.execute("PRAGMA synchronous = FULL")  # une coupure de courant ne perd rien de ce qui a été confirmé
    fichier = connexion.execute("PRAGMA database_list").fetchone()[2]
    if fichier:
        with suppress(OSError):
            os.chmod(fichier, 0o600)


def _commencer_sqlite(cx: Connection) -> None:
    # Une écriture prend sa place dès le début : lire puis écrire ne peut pas échouer à mi-chemin.
    cx.exec_driver_sql("BEGIN IMMEDIATE" if cx.get_execution_options().get("suivi_ecrit") else "BEGIN")


@contextmanager
def _traduire() -> Iterator[None]:
    """Les pannes du magasin, en phrases ; toute autre erreur reste bruyante."""
    try:
        yield
    except (OperationalError, InterfaceError, TimeoutError) as erreur:
        raise SuiviIndisponible(_phrase(str(getattr(erreur, "orig", None) or erreur))) from erreur
    except DBAPIError as erreur:
        abime = any(mot in str(erreur.orig) for mot in ("not a database", "malformed"))
        if not (erreur.connection_invalidated or abime):
            raise
        raise SuiviIndisponible(_phrase(str(erreur.orig))) from erreur


def _phrase(cause: str) -> str:
    basse = cause.lower()
    if "full" in basse or "no space" in basse or "disk i/o" in basse:
        return (
            "Le suivi n’a plus de place sur le disque : rien n’a été écrit cette fois, ce qui l’était est intact. "
            "Libérez de la place, puis enregistrez à nouveau."
        )
    if "locked" in basse or "timeout" in basse or "queuepool" in basse:
        return "Le suivi est très demandé en ce moment : rien n’a été écrit cette fois. Enregistrez à nouveau."
    if "readonly" in basse or "read-only" in basse or "unable to open" in basse:
        return f"Le suivi ne peut pas être écrit à cet endroit. {VARIABLE_LOCALES} peut donner un autre dossier."
    if "malformed" in basse or "not a database" in basse:
        return "Le fichier du suivi est abîmé : restaurez une sauvegarde (python -m indicators suivi restaurer)."
    return (
        "Le magasin du suivi ne répond pas : rien n’a été écrit cette fois, ce qui l’était est intact. "
        "Enregistrez à nouveau dans un instant."
    )
