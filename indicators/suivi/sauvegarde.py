"""Sauvegarder et restaurer le suivi : un même fichier pour SQLite et PostgreSQL, qui passe de l'un à l'autre.

Une archive .zip : `suivi.json` (version du schéma, date, tables, empreintes) et une ligne JSON par ligne de table.
Restaurer remplace tout en une transaction : une restauration interrompue ne change rien. Une sauvegarde d'une version
ancienne est restaurée dans son schéma, puis mise à jour.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from sqlalchemy import JSON, Connection, Date, DateTime, MetaData, Table, insert, inspect, select, text

from indicators.socle.sortie import ecrire as ecrire_fichier
from indicators.suivi.magasin import Magasin, migrer, revisions
from indicators.suivi.refus import ErreurSuivi, SuiviTropRecent

_VERSION = "alembic_version"
_TAILLE_MAX = 4_000_000_000
_PAQUET = 500


def sauvegarder(magasin: Magasin, sortie: Path) -> dict[str, int]:
    """Écrit la sauvegarde, d'un même instant du magasin ; rend le nombre de lignes par table."""
    octets, comptes = sauvegarde(magasin)
    ecrire_fichier(sortie, octets, ("zip",))
    sortie.chmod(0o600)
    return comptes


def sauvegarde(magasin: Magasin) -> tuple[bytes, dict[str, int]]:
    """Les octets d'une sauvegarde, et le nombre de lignes par table."""
    tampon = io.BytesIO()
    with magasin.lecture() as cx, zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        version = MigrationContext.configure(cx).get_current_revision()
        tables = _tables(cx)
        comptes, empreintes = {}, {}
        for nom, table in tables.items():
            lignes = [
                json.dumps(_texte(ligne._mapping), ensure_ascii=False, sort_keys=True)
                for ligne in cx.execute(select(table).order_by(*table.primary_key.columns))
            ]
            contenu = "\n".join(lignes).encode()
            archive.writestr(f"{nom}.jsonl", contenu)
            comptes[nom], empreintes[nom] = len(lignes), hashlib.sha256(contenu).hexdigest()
        fiche = {"version": version, "date": magasin.horloge().isoformat(), "lignes": comptes, "empreintes": empreintes}
        archive.writestr("suivi.json", json.dumps(fiche, ensure_ascii=False, indent=1))
    return tampon.getvalue(), comptes


def restaurer(magasin: Magasin, octets: bytes, *, remplacer: bool = False) -> dict[str, int]:
    """Remplace tout le contenu du magasin par celui d'une sauvegarde ; rend le nombre de lignes par table.

    Lève `ErreurSuivi`, sans rien toucher, si la sauvegarde est abîmée, d'une version plus récente, ou si le magasin
    contient déjà quelque chose et que `remplacer` n'est pas demandé.
    """
    fiche, lignes = _ouvrir(octets)
    if fiche["version"] not in revisions():
        raise SuiviTropRecent(
            f"Cette sauvegarde vient d’une version plus récente de l’observatoire (« {fiche['version']} » ; celle-ci "
            f"connaît « {revisions()[-1]} » au plus). Rien n’a été touché : mettez l’observatoire à jour."
        )
    with magasin.transaction() as cx:
        presentes = _tables(cx)
        if not remplacer and (pleines := [n for n in presentes if n != "reglages" and _pleine(cx, presentes[n])]):
            raise ErreurSuivi(
                f"Ce suivi contient déjà quelque chose ({', '.join(pleines)}) : rien n’a été touché. Pour le remplacer "
                "en entier, sauvegardez-le, puis ajoutez --remplacer."
            )
        _vider(cx)
        migrer(cx, fiche["version"])
        for nom, table in _tables(cx).items():
            valeurs = [_valeurs(table, ligne) for ligne in lignes.get(nom, ())]
            for debut in range(0, len(valeurs), _PAQUET):
                cx.execute(insert(table), valeurs[debut : debut + _PAQUET])
        _renumeroter(cx)
        migrer(cx, revisions()[-1])
    return {nom: len(contenu) for nom, contenu in lignes.items()}


def _ouvrir(octets: bytes) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            if sum(membre.file_size for membre in archive.infolist()) > _TAILLE_MAX:
                raise ErreurSuivi("Cette sauvegarde se déplie en plus de 4 Go : elle est refusée.")
            fiche = json.loads(archive.read("suivi.json"))
            contenus = {nom: archive.read(f"{nom}.jsonl") for nom in fiche["lignes"]}
        abimees = [n for n, c in contenus.items() if hashlib.sha256(c).hexdigest() != fiche["empreintes"][n]]
        if abimees:
            raise ErreurSuivi(f"Cette sauvegarde est abîmée ({', '.join(abimees)}) : rien n’a été touché.")
        lignes = {n: [json.loads(ligne) for ligne in c.split(b"\n") if ligne] for n, c in contenus.items()}
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError) as erreur:
        raise ErreurSuivi(
            "Ce fichier n’est pas une sauvegarde du suivi, ou il est abîmé : rien n’a changé."
        ) from erreur
    return fiche, lignes


def _tables(cx: Connection) -> dict[str, Table]:
    """Les tables présentes, telles qu'elles sont (la sauvegarde peut être d'un schéma plus ancien que ce code)."""
    schema = MetaData()
    schema.reflect(cx)
    for table in schema.tables.values():
        for colonne in table.columns:
            if isinstance(colonne.type, JSON):
                colonne.type = JSON(none_as_null=True)  # une case vide le reste, sans devenir le mot « null »
    return {table.name: table for table in schema.sorted_tables if table.name != _VERSION}


def _pleine(cx: Connection, table: Table) -> bool:
    return cx.execute(select(1).select_from(table).limit(1)).first() is not None


def _vider(cx: Connection) -> None:
    schema = MetaData()
    schema.reflect(cx)
    schema.drop_all(cx)


def _texte(ligne: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(nom): v.isoformat() if isinstance(v, date | datetime) else v for nom, v in ligne.items()}


def _valeurs(table: Table, ligne: Mapping[str, Any]) -> dict[str, Any]:
    rendues: dict[str, Any] = {}
    for colonne in table.columns:
        v = ligne.get(colonne.name)
        if v is not None and isinstance(colonne.type, DateTime):
            v = datetime.fromisoformat(v)
        elif v is not None and isinstance(colonne.type, Date):
            v = date.fromisoformat(v)
        rendues[colonne.name] = v
    return rendues


def _renumeroter(cx: Connection) -> None:
    """PostgreSQL numérote à la suite de ce qui vient d'être écrit ; SQLite le fait de lui-même."""
    if cx.dialect.name != "postgresql":
        return
    for nom in ("historique", "invitations"):
        if inspect(cx).has_table(nom):
            cx.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{nom}', 'id'), coalesce(max(id), 0) + 1, false) FROM {nom}"
                )
            )
