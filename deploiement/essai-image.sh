#!/usr/bin/env bash
# Éprouve l'image sans démon Docker : refait, dans une racine vierge de Debian (debootstrap), ce que fait le Dockerfile,
# puis la sert comme compose.yaml la sert (préparer, répondre, sans droit d'écrire le code). Demande root et debootstrap.
#
#   sudo deploiement/essai-image.sh [DOSSIER] [VERSION]      # DOSSIER : où faire la racine ; VERSION : bookworm
#
# Ce qu'il ne prouve pas : l'image python:3.11-slim elle-même (le Python est ici celui de Debian), le réseau de compose,
# les droits que Docker retire (cap_drop, read_only).
set -euo pipefail
depot=$(cd "$(dirname "$0")/.." && pwd)
racine=${1:-$(mktemp -d)}
version=${2:-bookworm}
dire() { printf '\n== %s\n' "$*"; }
dans() { chroot "$racine" /usr/bin/env -i PATH=/venv/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
  TMPDIR=/tmp ${ROUES:+PIP_FIND_LINKS=/roues} ${PIP_INDEX_URL:+PIP_INDEX_URL="$PIP_INDEX_URL"} \
  ${https_proxy:+https_proxy="$https_proxy"} "$@"; }
nettoyer() {
  # Le serveur est l'enfant du sous-shell qui l'a lancé.
  [ -z "${serveur:-}" ] || pkill -P "$serveur" || true
  for lieu in proc dev roues; do mountpoint -q "$racine/$lieu" && umount -l "$racine/$lieu"; done
  [ -n "${GARDER:-}" ] || rm -rf --one-file-system "$racine"
}
trap nettoyer EXIT

dire "Racine vierge ($version)"
debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates,tzdata "$version" "$racine" \
  "${MIROIR:-http://deb.debian.org/debian}" >"$racine.journal" 2>&1 || { tail -5 "$racine.journal"; exit 1; }
rm -f "$racine.journal"
mount -t proc proc "$racine/proc"
mount --bind /dev "$racine/dev"
cp /etc/resolv.conf /etc/hosts "$racine/etc/"
# Derrière un proxy, le certificat de la maison ; des roues déjà là (ROUES=dossier) évitent de les reprendre.
cp -L /etc/ssl/certs/ca-certificates.crt "$racine/etc/ssl/certs/"
[ -z "${ROUES:-}" ] || { mkdir "$racine/roues" && mount --bind "$ROUES" "$racine/roues"; }

dire "RUN useradd, WORKDIR, COPY, RUN pip"
dans useradd --system --uid 10001 --create-home observatoire
dans install -d -o observatoire -g observatoire /donnees/base /donnees/locales
dans python3 -m venv /venv
mkdir -p "$racine/observatoire/.streamlit"
cp "$depot/deploiement/requirements.lock" "$racine/observatoire/"
# La commande même du Dockerfile : si elle y change, elle change ici.
commande=$(sed -n 's/^RUN \(pip install .*\)$/\1/p' "$depot/deploiement/Dockerfile")
dans sh -ec "cd /observatoire && $commande"
cp "$depot/.streamlit/config.toml" "$racine/observatoire/.streamlit/"
cp -r "$depot/app.py" "$depot/indicators" "$depot/pages" "$racine/observatoire/"
mkdir "$racine/observatoire/data"
tar -C "$depot/data" --exclude='*.duckdb*' --exclude='*.abimee' -cf - . | tar -C "$racine/observatoire/data" -xf -
dans sh -ec 'cd /observatoire && python -m compileall -q app.py indicators pages'

# Sans setpriv, l'utilisateur sans droits du Dockerfile (USER observatoire) ; rien d'autre que ses volumes ne s'écrit.
servir() {
  chroot --userspec=observatoire:observatoire "$racine" /usr/bin/env -i PATH=/venv/bin:/usr/bin:/bin LANG=C.UTF-8 \
    HOME=/home/observatoire PYTHONUNBUFFERED=1 TZ=Europe/Paris OBSERVATOIRE_BASE=/donnees/base \
    OBSERVATOIRE_DONNEES_LOCALES=/donnees/locales sh -c "cd /observatoire && $1"
}
dire "preparer : python -m indicators construire"
servir 'python -m indicators construire'
if servir 'touch /observatoire/indicators/essai' 2>/dev/null; then
  echo "L'utilisateur de l'image peut écrire le code."
  exit 1
fi

port=${PORT:-18501}
dire "replique : streamlit, port $port"
servir "exec streamlit run app.py --server.address=127.0.0.1 --server.port=$port --server.headless=true" \
  >"$racine/replique.journal" 2>&1 &
serveur=$!
for _ in $(seq 120); do
  dans python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/_stcore/health', timeout=4)" 2>/dev/null &&
    pret=1 && break
  kill -0 "$serveur" 2>/dev/null || break
  sleep 1
done
[ -n "${pret:-}" ] || { tail -20 "$racine/replique.journal"; exit 1; }
dans python3 - <<FIN
import time
import urllib.request
# La base s'ouvre à la première visite : l'écran dessiné d'avance peut n'être là qu'à la suivante.
for essai in range(30):
    page = urllib.request.urlopen("http://127.0.0.1:$port/portrait?territoire=QP062011", timeout=120).read().decode()
    if "Le Centre" in page:
        break
    time.sleep(2)
assert 'lang="fr"' in page, "la page n'est pas en français"
assert "Le Centre" in page, f"le portrait n'est pas dans la page répondue ({len(page)} caractères)"
print(f"portrait : {len(page)} caractères, « Le Centre » y est (demande {essai + 1})")
FIN
servir 'python -m indicators publier fiche --territoire QP062011 --sortie /donnees/locales/fiche.pdf'
[ "$(head -c5 "$racine/donnees/locales/fiche.pdf")" = "%PDF-" ]
dire "L'image se construit, prépare sa base, répond et publie ($(du -sm "$racine/venv" | cut -f1) Mo de paquets)."
