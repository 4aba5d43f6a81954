# Evaluate fragments. A job is a file that holds `names: globals: FRAGMENT`, what its outermost functions take
# ("overlay", "formals" or the name of the argument), the names that nobody knows, the options that it reads (lists
# of names), and the world to do it in.
{ jobs }:
let
  worlds = {
    before = import ./before.nix;
    after = import ./after.nix;
  };

  # A name that nobody knows is a package that can also be called.
  stranger =
    world: name:
    world.derivations.leaf name [ "out" ] {
      __functor = _: argument: world.derivations.made name { inherit argument; };
    };
  argument = world: name: world.names.${name} or (stranger world name);

  apply =
    world: value: heads:
    if heads == [ ] then
      value
    else if heads == [ "overlay" ] then
      world.lib.fix (final: value (world.pkgs // final) world.pkgs)
    else
      let
        head = builtins.head heads;
        result = if head == "formals" then world.apply value else value (argument world head);
      in
      apply world result (builtins.tail heads);

  judged =
    job:
    let
      world = worlds.${job.world} job.options;
      unknown = world.lib.genAttrs job.unknown (stranger world);
      text = world.serialise (apply world (import job.file (world.names // unknown) world.globals) job.heads);
    in
    {
      text = builtins.unsafeDiscardStringContext text;
      context = builtins.mapAttrs (_: about: about.outputs or [ ]) (builtins.getContext text);
    };
in
map judged jobs
