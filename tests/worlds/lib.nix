# The functions of nixpkgs' `lib` that fragments use, with the meaning that they have there.
let
  inherit (builtins)
    attrNames
    concatMap
    concatStringsSep
    elemAt
    filter
    foldl'
    genList
    hasAttr
    head
    isAttrs
    isFunction
    isList
    isString
    length
    listToAttrs
    map
    match
    replaceStrings
    stringLength
    substring
    tail
    ;
in
rec {
  inherit (builtins)
    all
    any
    attrNames
    attrValues
    concatLists
    concatMap
    concatStringsSep
    elem
    elemAt
    filter
    foldl'
    functionArgs
    genList
    getAttr
    hasAttr
    head
    intersectAttrs
    isAttrs
    isBool
    isFunction
    isInt
    isList
    isString
    length
    listToAttrs
    map
    mapAttrs
    pathExists
    readFile
    removeAttrs
    replaceStrings
    splitVersion
    stringLength
    substring
    tail
    toJSON
    tryEval
    ;

  # Of a package that is not an output already: its first output that exists among the candidates.
  getFirstOutput =
    candidates: pkg:
    let
      present = filter (name: pkg ? ${name}) candidates;
    in
    if pkg.outputSpecified or false || present == [ ] then pkg else pkg.${head present};
  getOutput =
    output:
    getFirstOutput [
      output
      "out"
    ];
  getBin = getOutput "bin";
  getDev = getOutput "dev";
  getLib = getFirstOutput [
    "lib"
    "out"
  ];
  getMan = getOutput "man";
  getExe = pkg: "${getBin pkg}/bin/${pkg.meta.mainProgram or pkg.pname or pkg.name}";
  getExe' = pkg: name: "${getBin pkg}/bin/${name}";
  makeSearchPath = sub: paths: concatMapStringsSep ":" (path: "${path}/${sub}") (filter (p: p != null) paths);
  makeSearchPathOutput =
    output: sub: pkgs:
    makeSearchPath sub (map (getOutput output) pkgs);
  makeLibraryPath = makeSearchPathOutput "lib" "lib";
  makeBinPath = makeSearchPathOutput "bin" "bin";
  isDerivation = value: value.type or null == "derivation";
  toDerivation = value: value;
  recurseIntoAttrs = set: set // { recurseForDerivations = true; };
  dontRecurseIntoAttrs = set: set;

  id = x: x;
  const = x: y: x;
  flip =
    f: a: b:
    f b a;
  pipe = foldl' (x: f: f x);
  fix =
    f:
    let
      x = f x;
    in
    x;
  makeExtensible = fix;
  makeOverridable = f: args: f args;
  trivial = { inherit id const flip; };
  assertMsg = condition: message: condition || throw message;
  warn = message: value: value;
  warnIf = condition: message: value: value;
  throwIfNot = condition: message: if condition then id else throw message;
  boolToString = b: if b then "true" else "false";
  importJSON = path: builtins.fromJSON (builtins.readFile path);
  composeExtensions =
    f: g: final: prev:
    let
      first = f final prev;
    in
    first // g final (prev // first);
  composeManyExtensions = foldl' composeExtensions (final: prev: { });
  extends =
    overlay: f: final:
    let
      prev = f final;
    in
    prev // overlay final prev;

  singleton = x: [ x ];
  optional = condition: x: if condition then [ x ] else [ ];
  optionals = condition: xs: if condition then xs else [ ];
  optionalString = condition: s: if condition then s else "";
  optionalAttrs = condition: set: if condition then set else { };
  toList = x: if isList x then x else [ x ];
  flatten = x: if isList x then concatMap flatten x else [ x ];
  unique = foldl' (seen: x: if builtins.elem x seen then seen else seen ++ [ x ]) [ ];
  remove = x: filter (y: y != x);
  subtractLists = xs: filter (y: !(builtins.elem y xs));
  last = xs: elemAt xs (length xs - 1);
  init = xs: genList (elemAt xs) (length xs - 1);
  reverseList = xs: genList (n: elemAt xs (length xs - n - 1)) (length xs);
  range = from: to: genList (n: from + n) (to - from + 1);
  foldr =
    f: end: xs:
    if xs == [ ] then end else f (head xs) (foldr f end (tail xs));
  foldl = foldl';
  fold = foldr;
  forEach = xs: f: map f xs;
  findFirst =
    test: default: xs:
    let
      found = filter test xs;
    in
    if found == [ ] then default else head found;
  partition = test: xs: {
    right = filter test xs;
    wrong = filter (x: !test x) xs;
  };
  imap0 = f: xs: genList (n: f n (elemAt xs n)) (length xs);
  imap1 = f: xs: genList (n: f (n + 1) (elemAt xs n)) (length xs);
  zipListsWith =
    f: xs: ys:
    genList (n: f (elemAt xs n) (elemAt ys n)) (min (length xs) (length ys));
  min = a: b: if a < b then a else b;
  max = a: b: if a > b then a else b;
  lists = { inherit optional optionals flatten unique; };

  concatStrings = concatStringsSep "";
  concatMapStrings = f: xs: concatStrings (map f xs);
  concatMapStringsSep =
    sep: f: xs:
    concatStringsSep sep (map f xs);
  concatLines = concatMapStrings (line: line + "\n");
  concatImapStrings = f: xs: concatStrings (imap1 f xs);
  escapeShellArg = s: "'${replaceStrings [ "'" ] [ "'\\''" ] (toString s)}'";
  escapeShellArgs = concatMapStringsSep " " escapeShellArg;
  hasPrefix = prefix: s: substring 0 (stringLength prefix) s == prefix;
  hasSuffix =
    suffix: s:
    let
      n = stringLength s;
      m = stringLength suffix;
    in
    n >= m && substring (n - m) n s == suffix;
  hasInfix = infix: s: length (builtins.split (escapeRegex infix) s) > 1;
  escapeRegex = replaceStrings (map (c: c) regexCharacters) (map (c: "\\" + c) regexCharacters);
  regexCharacters = [ "\\" "[" "{" "(" ")" "^" "$" "?" "*" "+" "|" "." ];
  removePrefix = prefix: s: if hasPrefix prefix s then substring (stringLength prefix) (stringLength s) s else s;
  removeSuffix =
    suffix: s: if hasSuffix suffix s then substring 0 (stringLength s - stringLength suffix) s else s;
  splitString = sep: s: filter isString (builtins.split (escapeRegex sep) s);
  toLower = s: s;
  toUpper = s: s;
  versionAtLeast = a: b: builtins.compareVersions a b >= 0;
  versionOlder = a: b: builtins.compareVersions a b < 0;
  versions = {
    majorMinor = v: concatStringsSep "." (genList (elemAt (builtins.splitVersion v)) 2);
    pad = n: v: v;
  };
  strings = { inherit concatMapStrings concatStringsSep hasPrefix; };
  getVersion = x: x.version or "";
  getName = x: x.pname or x.name;
  nameValuePair = name: value: { inherit name value; };
  cleanSource = x: x;
  fakeHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  fakeSha256 = fakeHash;

  mapAttrs' = f: set: listToAttrs (map (name: f name set.${name}) (attrNames set));
  mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
  filterAttrs = f: set: builtins.removeAttrs set (filter (name: !f name set.${name}) (attrNames set));
  genAttrs = names: f: listToAttrs (map (name: nameValuePair name (f name)) names);
  attrByPath =
    path: default: set:
    if path == [ ] then
      set
    else if set ? ${head path} then
      attrByPath (tail path) default set.${head path}
    else
      default;
  hasAttrByPath = path: set: path == [ ] || (set ? ${head path} && hasAttrByPath (tail path) set.${head path});
  getAttrFromPath = path: attrByPath path (throw "no such attribute");
  setAttrByPath = path: value: if path == [ ] then value else { ${head path} = setAttrByPath (tail path) value; };
  recursiveUpdate =
    a: b:
    a
    // builtins.mapAttrs (
      name: new:
      let
        old = a.${name};
      in
      if a ? ${name} && isAttrs old && isAttrs new && !(isDerivation old || isDerivation new) then
        recursiveUpdate old new
      else
        new
    ) b;
  attrsets = { inherit recursiveUpdate getOutput getDev getLib getBin mapAttrsToList filterAttrs; };

  # Definitions of options: wrappers that the module system takes off.
  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };
  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };
  mkForce = mkOverride 50;
  mkVMOverride = mkOverride 10;
  mkImageMediaOverride = mkOverride 60;
  mkDefault = mkOverride 1000;
  mkOptionDefault = mkOverride 1500;
  mkOrder = priority: content: {
    _type = "order";
    inherit priority content;
  };
  mkBefore = mkOrder 500;
  mkAfter = mkOrder 1500;
  mkAssert = assertion: message: content: content;
  mkOption = option: option // { _type = "option"; };
  mkEnableOption =
    what:
    mkOption {
      default = true;
      description = what;
    };
  mkPackageOption =
    pkgs: name: options:
    mkOption { default = pkgs.${options.default or name}; };
  literalExpression = text: { _type = "literalExpression"; };
  mdDoc = text: text;
  kernel = {
    yes.tristate = "y";
    no.tristate = "n";
    module.tristate = "m";
    freeform = freeform: { inherit freeform; };
    option = x: x;
  };
  types =
    let
      type = { _type = "option-type"; };
      names = [ "anything" "attrs" "bool" "int" "lines" "package" "path" "port" "raw" "str" "unspecified" ];
    in
    listToAttrs (map (name: nameValuePair name type) names)
    // {
      attrsOf = inner: type;
      lazyAttrsOf = inner: type;
      listOf = inner: type;
      nullOr = inner: type;
      functionTo = inner: type;
      either = a: b: type;
      oneOf = types: type;
      enum = values: type;
      ints = listToAttrs (map (name: nameValuePair name type) [ "positive" "unsigned" "u8" "u16" "u32" ]);
      submodule = module: type;
      coercedTo =
        from: f: to:
        type;
    };
  licenses = { };
  maintainers = { };
  platforms.linux = [ "x86_64-linux" ];
  systems.flakeExposed = [ "x86_64-linux" ];
}
