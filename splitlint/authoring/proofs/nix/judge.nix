# Evaluate fragments. A job is a file that holds `names: globals: FRAGMENT`, what its outermost functions take
# ("overlay", "formals" or the name of the argument), and the function of a world with what that takes. Each outcome
# is traced as one line of JSON, so that those before a job that fails are known.
jobs:
let
  apply =
    world: value: heads:
    if heads == [ ] && builtins.isAttrs value && value ? inputs && value ? outputs then
      world.flakeOutputs value
    else if heads == [ ] then
      value
    else if heads == [ "overlay" ] then
      world.lib.fix (final: value (world.pkgs // final) world.pkgs)
    else
      let
        head = builtins.head heads;
        result = if head == "formals" then world.apply value else value (world.argument head);
      in
      apply world result (builtins.tail heads);

  judged =
    job:
    let
      text = job.world.serialise (apply job.world (import job.file job.world.names job.world.globals) job.heads);
    in
    {
      text = builtins.unsafeDiscardStringContext text;
      context = builtins.mapAttrs (_: about: about.outputs or [ ]) (builtins.getContext text);
    };
in
map (job: builtins.trace "judged ${builtins.toJSON (judged job)}" null) jobs
