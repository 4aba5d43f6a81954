# Packages of families, as they are in one world: with the outputs that they have there. Where such a package is made
# is `places`: rows of a path, the name of the family and what is there (`package`, `set`, or what makes one of these).
{
  lib,
  derivations,
  attributes,
  families,
  side,
}:
let
  # As a name of a derivation, so that a store path tells what it is: `split.FAMILY.ROOT=` and `-OUTPUT`.
  nameOf = family: root: "split.${family}.${root}=";

  # What is passed to its builder; a list has one element that stands for all that packs do not speak of.
  drvAttrs = family: lib.genAttrs listed (_: [ "what-${family.name}-has" ]) // family.lists.${side} // {
    pname = family.name;
    version = "1.0";
    outputs = family.outputs.${side};
    postPatch = "its postPatch\n";
    preConfigure = "its preConfigure\n";
    buildPhase = "its buildPhase\n";
    postInstall = "its postInstall\n";
    src = "/source-of-${family.name}";
  } // lib.genAttrs family.gone.${side} (name: "its ${name}\n");

  listed = [ "makeFlags" "configureFlags" "buildFlags" "installFlags" "nativeBuildInputs" "buildInputs" "patches" ];

  # An attribute of which only the name is known.
  guessed =
    family: name:
    if builtins.match ".*(Flags|Inputs|Dependencies|[pP]atches)" name != null then
      [ "what-${family.name}-has" ]
    else
      derivations.stranger "${name}-of-${family.name}";

  # `change` maps the attributes of the derivation to new ones, as a chain of overrideAttrs does.
  package =
    {
      family,
      root,
      change ? (old: old),
      shown ? false,
    }@args:
    let
      old = drvAttrs family;
      attrs = change old;
      real = builtins.derivation {
        name = nameOf family.name root;
        inherit (attrs) outputs;
        system = "x86_64-linux";
        builder = "/bin/sh";
      };
      differing = lib.filterAttrs (key: value: !(old ? ${key}) || old.${key} != value) (
        removeAttrs attrs [ "passthru" "meta" ]
      );
      extra = lib.genAttrs family.attributes.${side} (guessed family);
      common =
        extra
        // removeAttrs attrs [ "env" ]
        // attrs.passthru or { }
        // {
          type = "derivation";
          name = nameOf family.name root;
          inherit (attrs) outputs;
          inherit (real) drvPath;
          drvAttrs = attrs;
          meta = { };
          passthru = { };
          override = _: package args;
          overrideAttrs = next: package (args // {
            change = before: derivations.changed next (change before);
            shown = true;
          });
        };
      asPackage = derivations.package {
        names = attrs.outputs;
        pathOf = output: real.${output}.outPath;
        inherit common;
      };
    in
    asPackage
    // lib.optionalAttrs shown {
      __describe = "⟪${real.outPath}‖${attributes 8 (derivations.environment differing)}⟫";
    };

  setOf =
    family: root: member:
    lib.fix (self: {
      __describe = "⟪set‖${family.member}≔${member.__describe or "${member}"}⟫";
      ${family.member} = member;
      extend = _: self;
    });

  madeOf = family: root: argument: package { inherit family; root = "${root}-made"; };
in
{
  # What stands at a place.
  at =
    place:
    let
      family = families.${place.family};
      one = package {
        inherit family;
        inherit (place) root;
      };
    in
    if place.kind == "package" then
      one
    else if place.kind == "set" then
      setOf family place.root one
    else if place.kind == "maker" then
      madeOf family place.root
    else
      argument: setOf family place.root (if lib.isDerivation argument then argument else madeOf family place.root argument);
}
