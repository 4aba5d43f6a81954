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
    add
    all
    any
    attrNames
    attrValues
    catAttrs
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
    groupBy
    hasAttr
    head
    intersectAttrs
    isAttrs
    isBool
    isFunction
    isInt
    isList
    isPath
    isString
    length
    lessThan
    listToAttrs
    map
    mapAttrs
    pathExists
    readFile
    removeAttrs
    replaceStrings
    sort
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
  trivial = { inherit id const flip boolToString; };
  version = "26.11";
  inNixShell = false;
  and = a: b: a && b;
  or = a: b: a || b;
  xor = a: b: a != b;
  mod = a: b: a - b * (a / b);
  compare = a: b: if a < b then -1 else if b < a then 1 else 0;
  boolToYesNo = b: if b then "yes" else "no";
  defaultTo = default: value: if value == null then default else value;
  mapNullable = f: value: if value == null then null else f value;
  toFunction = f: if isFunction f || f ? __functor then f else const f;
  traceVal = value: value;
  throwIf = condition: message: if condition then throw message else id;
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
  mergeAttrs = old: new: old // new;
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
  take = n: sublist 0 n;
  drop = n: xs: sublist n (length xs) xs;
  takeEnd = n: xs: drop (max 0 (length xs - n)) xs;
  sublist =
    from: count: xs:
    genList (n: elemAt xs (from + n)) (max 0 (min count (length xs - from)));
  count = test: xs: length (filter test xs);
  replicate = n: x: genList (_: x) n;
  findSingle =
    test: none: several: xs:
    let
      found = filter test xs;
    in
    if found == [ ] then none else if tail found == [ ] then head found else several;
  intersectLists = xs: filter (x: builtins.elem x xs);
  mutuallyExclusive = xs: ys: intersectLists xs ys == [ ];
  allUnique = xs: unique xs == xs;
  sortOn = f: sort (a: b: f a < f b);
  naturalSort = sort lessThan;
  intersperse = sep: xs: tail (concatMap (x: [ sep x ]) xs ++ (if xs == [ ] then [ sep ] else [ ]));
  zipLists = zipListsWith (fst: snd: { inherit fst snd; });
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
  concatImapStringsSep = sep: f: xs: concatStringsSep sep (imap1 f xs);
  concatMapAttrsStringSep = sep: f: set: concatStringsSep sep (mapAttrsToList f set);
  join = concatStringsSep;
  addContextFrom = from: s: substring 0 0 from + s;
  stringToCharacters = s: genList (n: substring n 1 s) (stringLength s);
  stringAsChars = f: s: concatMapStrings f (stringToCharacters s);
  escape = chars: replaceStrings chars (map (c: "\\" + c) chars);
  escapeNixString = s: escape [ "$" ] (toJSON s);
  fixedWidthString = width: fill: s: if stringLength s >= width then s else fixedWidthString width fill (fill + s);
  fixedWidthNumber = width: n: fixedWidthString width "0" (toString n);
  isStringLike = x: isString x || isPath x || x ? outPath || x ? __toString;
  nameFromURL = url: sep: head (splitString sep (last (splitString "/" url)));
  sanitizeDerivationName = s: s;
  toInt = builtins.fromJSON;
  toShellVar = name: value: "${name}=${escapeShellArg value}";
  trim = s: head (builtins.match "[ \t\r\n]*(|.*[^ \t\r\n])[ \t\r\n]*" s);
  escapeShellArg =
    x:
    let
      s = toString x;
    in
    if builtins.match "[[:alnum:],._+:@%/-]+" s != null then s else "'${replaceStrings [ "'" ] [ "'\\''" ] s}'";
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
  toLower = replaceStrings upper lower;
  toUpper = replaceStrings lower upper;
  upper = stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  lower = stringToCharacters "abcdefghijklmnopqrstuvwxyz";
  versionAtLeast = a: b: builtins.compareVersions a b >= 0;
  versionOlder = a: b: builtins.compareVersions a b < 0;
  versions = {
    major = v: head (builtins.splitVersion v);
    majorMinor = v: concatStringsSep "." (genList (elemAt (builtins.splitVersion v)) 2);
    pad = n: v: v;
  };
  strings = { inherit concatMapStrings concatStringsSep hasPrefix removePrefix; };
  generators.toJSON = options: toJSON;
  getVersion = x: x.version or "";
  getName = x: x.pname or x.name;
  nameValuePair = name: value: { inherit name value; };
  cleanSource = x: x;
  fakeHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  fakeSha256 = fakeHash;

  mapAttrs' = f: set: listToAttrs (map (name: f name set.${name}) (attrNames set));
  mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
  filterAttrs = f: set: builtins.removeAttrs set (filter (name: !f name set.${name}) (attrNames set));
  attrVals = names: set: map (name: set.${name}) names;
  attrsToList = mapAttrsToList nameValuePair;
  getAttrs = names: set: genAttrs names (name: set.${name});
  genAttrs' = xs: f: listToAttrs (map f xs);
  concatMapAttrs = f: set: mergeAttrsList (mapAttrsToList f set);
  mergeAttrsList = foldl' mergeAttrs { };
  foldlAttrs =
    f: start: set:
    foldl' (found: name: f found name set.${name}) start (attrNames set);
  foldAttrs =
    f: start: sets:
    mapAttrs (name: foldr f start) (zipAttrs sets);
  zipAttrs = builtins.zipAttrsWith (name: values: values);
  collect =
    test: value:
    if test value then [ value ] else if isAttrs value then concatMap (collect test) (builtins.attrValues value) else [ ];
  cartesianProduct =
    set:
    foldl' (found: name: concatMap (one: map (value: one // { ${name} = value; }) set.${name}) found) [ { } ] (
      attrNames set
    );
  filterAttrsRecursive =
    f: set:
    mapAttrs (name: value: if isAttrs value then filterAttrsRecursive f value else value) (filterAttrs f set);
  mapAttrsRecursive =
    f:
    let
      within =
        path:
        mapAttrs (
          name: value: if isAttrs value then within (path ++ [ name ]) value else f (path ++ [ name ]) value
        );
    in
    within [ ];
  matchAttrs =
    pattern: set:
    builtins.all (
      name:
      set ? ${name}
      && (
        if isAttrs pattern.${name} then
          isAttrs set.${name} && matchAttrs pattern.${name} set.${name}
        else
          pattern.${name} == set.${name}
      )
    ) (attrNames pattern);
  updateManyAttrsByPath =
    updates: set:
    foldl' (
      found: one:
      recursiveUpdate found (setAttrByPath one.path (one.update (attrByPath one.path null found)))
    ) set updates;
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
      if a ? ${name} && isAttrs old && isAttrs new then
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
