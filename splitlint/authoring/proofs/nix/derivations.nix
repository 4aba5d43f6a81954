# Derivations of the stand-in. A leaf is a real derivation, so that Nix itself tracks which output of it a string
# refers to; anything built from leaves has all its attributes written out in its path, so that whatever a fragment
# does with it still shows what it was made of.
{ lib, describe }:
let
  isStructured = attrs: attrs.__structuredAttrs or false;
  isVariable = name: builtins.match "[A-Z][A-Z0-9_]*" name != null;

  # What the builder sees: `env` is exported; of the others all, unless attributes are structured. A list is exported
  # as its words; as a part of `env`, nixpkgs does not take one.
  environment =
    attrs:
    let
      own = lib.mapAttrs exported (removeAttrs attrs [ "env" "outputs" "name" "pname" "version" "__structuredAttrs" ]);
      exported = name: value: if isVariable name && builtins.isList value then toString value else value;
      lost = lib.filterAttrs (name: _: isStructured attrs && isVariable name) own;
    in
    removeAttrs own (builtins.attrNames lost)
    // lib.mapAttrs' (name: value: lib.nameValuePair "not exported ${name}" value) lost
    // lib.mapAttrs (_: value: assert !builtins.isList value; value) (attrs.env or { });

  outputsOf =
    names: pathOf: common:
    let
      outputs = lib.genAttrs names (
        name:
        common
        // outputs
        // {
          outPath = pathOf name;
          outputName = name;
          outputSpecified = true;
        }
      );
    in
    outputs;

  package =
    { names, pathOf, common }:
    let
      outputs = outputsOf names pathOf common;
    in
    common
    // outputs
    // {
      outPath = pathOf (builtins.head names);
      outputName = builtins.head names;
      all = map (name: outputs.${name}) names;
    };
in
rec {
  inherit environment package;

  # A package whose inside does not matter; `extra` are further attributes.
  leaf =
    name: outputs: extra:
    let
      real = builtins.derivation {
        inherit name outputs;
        system = "x86_64-linux";
        builder = "/bin/sh";
      };
      common = {
        type = "derivation";
        pname = name;
        version = "1.0";
        meta = { };
        passthru = { };
        src = "/source-of-${name}";
        inherit name outputs;
        inherit (real) drvPath;
        override = _: leaf name outputs extra;
        overrideAttrs = change: made "${name}-overridden" (changed change { inherit name; });
      }
      // extra;
    in
    package {
      names = outputs;
      pathOf = output: real.${output}.outPath;
      inherit common;
    };

  # A package of which nothing is known; it can be called, too.
  stranger = name: strangerWith { } name;
  # The same, with attributes.
  strangerWith =
    attributes: name:
    let
      functor.__functor = _: argument: made name { inherit argument; } // attributes // functor;
    in
    leaf name [ "out" ] (attributes // functor);

  # A package made of `attrs`, which its path shows.
  made =
    name: attrs:
    let
      names = attrs.outputs or [ "out" ];
      suffix = output: if output == builtins.head names then "" else "!${output}";
      shown = describe.attributes 8 (environment (removeAttrs attrs [ "meta" "passthru" ]));
    in
    package {
      inherit names;
      pathOf = output: "/⟪${name}‖${shown}⟫${suffix output}";
      common =
        (removeAttrs attrs [ "env" ])
        // attrs.passthru or { }
        // {
          type = "derivation";
          outputs = names;
          inherit name;
          override = change: made name (attrs // (if builtins.isFunction change then change attrs else change));
          overrideAttrs = change: made name (changed change attrs);
        };
    };

  # Old attributes after `overrideAttrs change`.
  changed =
    change: old:
    let
      new = old // delta;
      delta =
        if !builtins.isFunction change then
          change
        else
          let
            first = change old;
          in
          if builtins.isFunction first then change new old else first;
    in
    new;
}
