#!/bin/sh
# Puts a built site into the branch `gh-pages` of a repository, beside the versions that are there.
# usage: docs/publish_site.sh BUILT REMOTE     BUILT has a folder for the version, and an index.html that names it
set -eu
built=$(cd "$1" && pwd)
remote=$2
branch=gh-pages
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if git ls-remote --exit-code --heads "$remote" "$branch" >/dev/null; then
    git clone --quiet --depth 1 --branch "$branch" "$remote" "$work/pages"
else
    git init --quiet --initial-branch "$branch" "$work/pages"
    git -C "$work/pages" remote add origin "$remote"
fi
cd "$work/pages"
for folder in "$built"/*/; do
    rm -rf "./$(basename "$folder")"
done
cp -R "$built/." .
# The pages are what they are: nothing is made of them.
touch .nojekyll
git add --all
if git diff --cached --quiet; then
    echo "The site is as it was."
    exit 0
fi
git -c user.name=splitlint -c user.email=splitlint@users.noreply.github.com commit --quiet --message "The site of $(basename "$(ls -d "$built"/*/)")"
git push --quiet origin "$branch"
