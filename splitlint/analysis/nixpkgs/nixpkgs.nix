# What nixpkgs' functions do: a stand-in that splitlint's own evaluator runs. This is the only place that says so.
#
# A row is one function, `name = expression;`, at four spaces; one that only a part of `lib` has is `"part.name"`. Names
# that begin with `__` are primitives of the engine (analysis/eval/primitives/). Facts stand in a comment behind the row where evaluation is not enough:
#   conditional            the last argument does not count where the first is false
#   transparent            the result is for whatever the argument is for (attribute paths go through)
#   builder                the result is a derivation, and so no package of a family
#   script A B             arguments by number, or attributes of the last argument by name or glob, that a shell runs
#   python A               the same for Python
#   environment N          the argument whose attributes the scripts see as variables
#   variables A            the attribute of the last argument that holds them
#   later                  those scripts run on a machine, not while something is built
#   joins A                the attribute of the argument whose trees are put together
#   bare                   Nix knows it without `builtins.`
#   chooses                the result is an output of the last argument
#   converts               the result is the last argument as a string
#   text                   a path is mere text for it: its files are not looked at
#   opaque                 what it makes of its arguments cannot be looked into
#   guards                 the first argument decides whether the last one counts, or evaluation ends
#   fills                  the parameters of the function, or file, that is its first argument are filled in
#   scope                  the result is such a function
#   fixpoint               the function that is its last argument gets the set that it makes
#   describes              the argument describes one derivation: what is bound in it is given to nobody else
# To teach splitlint a function, write its row, a case in tests/analysis/eval/test_calls.py, and a row in
# tests/soundness/library.rows.
{
  lib = {
    version = "26.11";
    release = "26.11";
    versionSuffix = "";
    inNixShell = false;
    inPureEvalMode = __unknown;
    revisionWithDefault = default: default;
    oldestSupportedReleaseIsAtLeast = release: __unknown;
    isInOldestRelease = release: __unknown;

    id = x: x;  # transparent
    const = x: y: x;
    pipe = v: fs: __foldl (x: f: f x) v fs;
    flip = f: a: b: f b a;
    concat = a: b: a ++ b;
    and = a: b: a && b;
    or = a: b: a || b;
    xor = a: b: a != b;
    min = a: b: if a < b then a else b;
    max = a: b: if a > b then a else b;
    mod = a: b: a - b * (a / b);
    compare = a: b: if a < b then -1 else if a > b then 1 else 0;
    boolToString = b: if b then "true" else "false";
    boolToYesNo = b: if b then "yes" else "no";
    defaultTo = d: v: if v == null then d else v;
    mapNullable = f: v: if v == null then null else f v;
    toFunction = f: if isFunction f then f else (x: f);
    isFunction = f: __isType "lambda" f || f ? __functor;
    functionArgs = f: if f ? __functor then __unknown else __functionArgs f;
    setFunctionArgs = f: args: { __functor = self: f; __functionArgs = args; };
    mirrorFunctionArgs = f: g: g;
    isDerivation = x: __isType "derivation" x;
    isStringLike = x: __isType "stringlike" x;
    isType = type: x: (x._type or "") == type;
    toHexString = n: __anyString;
    toBaseDigits = base: n: __some [ ];
    fromHexString = s: __anyNumber;

    fix = f: let x = f x; in x;  # fixpoint
    fix' = f: let x = f x // { __unfix__ = f; }; in x;  # fixpoint
    converge = f: x: __unknown;
    extends = overlay: f: final: let prev = f final; in prev // overlay final prev;
    composeExtensions = f: g: final: prev: let a = f final prev; in a // g final (prev // a);
    composeManyExtensions = fs: final: prev: __foldl (acc: f: acc // f final (prev // acc)) { } fs;
    toExtension = f: if isFunction f then (final: prev: let a = f prev; in if isFunction a then f final prev else a) else (final: prev: f);
    makeExtensible = f: fix' (self: f self // { extend = overlay: makeExtensible (extends overlay f); });  # fixpoint
    makeExtensibleWithCustomName = name: f: makeExtensible f;  # fixpoint
    extend = overlay: __lib // overlay __lib __lib;
    makeOverridable = f: f;
    makeScope = newScope: f: let self = { callPackage = self.newScope { }; } // f self // { newScope = extra: newScope (self // extra); overrideScope = g: makeScope newScope (extends g f); packages = f; }; in self;  # fixpoint
    callPackageWith = scope: f: args: __callPackage scope f args;
    callPackagesWith = scope: f: args: __callPackage scope f args;
    extendMkDerivation = args: __unknown;
    overrideDerivation = drv: f: drv.overrideDerivation f;
    extendDerivation = condition: passthru: drv: drv // passthru;
    lazyDerivation = args: args.derivation // (args.passthru or { });
    hydraJob = drv: drv;
    lowPrio = drv: drv;
    hiPrio = drv: drv;
    setPrio = priority: drv: drv;
    setName = name: drv: drv;
    addMetaAttrs = attrs: drv: drv;
    dontDistribute = drv: drv;
    warnOnInstantiate = message: drv: drv;
    toDerivation = path: __derivation "lib.toDerivation" { };
    optionalDrvAttr = c: v: __when c v null;  # conditional
    recurseIntoAttrs = set: set // { recurseForDerivations = true; };
    dontRecurseIntoAttrs = set: set // { recurseForDerivations = false; };

    getOutput = name: x: __getOutput [ name "out" ] x;  # chooses
    getFirstOutput = names: x: __getOutput names x;  # chooses
    getBin = x: __getOutput [ "bin" "out" ] x;  # chooses
    getLib = x: __getOutput [ "lib" "out" ] x;  # chooses
    getStatic = x: __getOutput [ "static" "lib" "out" ] x;  # chooses
    getDev = x: __getOutput [ "dev" "out" ] x;  # chooses
    getInclude = x: __getOutput [ "include" "dev" "lib" "out" ] x;  # chooses
    getMan = x: __getOutput [ "man" "out" ] x;  # chooses
    getExe = x: "${getBin x}/bin/${__anyString}";
    getExe' = x: name: "${getBin x}/bin/${name}";
    chooseDevOutputs = xs: map getDev xs;

    optional = c: x: __when c [ x ] [ ];  # conditional
    optionals = c: xs: __when c xs [ ];  # conditional
    optionalString = c: s: __when c s "";  # conditional
    optionalAttrs = c: s: __when c s { };  # conditional
    mkIf = c: v: __when c v __nothing;  # conditional, transparent
    mkMerge = xs: __merged xs;  # transparent
    mkForce = v: v;  # transparent
    mkDefault = v: v;  # transparent
    mkBefore = v: v;  # transparent
    mkAfter = v: v;  # transparent
    mkOptionDefault = v: v;  # transparent
    mkVMOverride = v: v;  # transparent
    mkImageMediaOverride = v: v;  # transparent
    mkFixStrictness = v: v;  # transparent
    mkOverride = priority: v: v;  # transparent
    mkOrder = priority: v: v;  # transparent
    mkAssert = c: message: v: v;  # transparent
    mkDefinition = definition: definition.value;
    mkAliasOptionModule = from: to: { };
    mkOption = declaration: declaration;
    mkEnableOption = text: { default = false; };
    mkPackageOption = set: name: extra: { default = __getAttr name set; };
    mkPackageOptionMD = set: name: extra: { default = __getAttr name set; };
    mkRenamedOptionModule = from: to: { };
    mkRemovedOptionModule = name: text: { };
    mkChangedOptionModule = from: to: f: { };
    mkMergedOptionModule = from: to: f: { };
    mkSinkUndeclaredOptions = attrs: { };
    mkLuaInline = text: { expr = text; };
    literalExpression = text: { inherit text; };
    literalMD = text: { inherit text; };
    mdDoc = text: text;
    setDefaultModuleLocation = file: module: module;
    evalModules = args: __nixosSystem args;
    nixosSystem = args: __nixosSystem args;  # opaque

    warn = message: v: v;  # transparent
    warnIf = c: message: v: v;  # transparent
    warnIfNot = c: message: v: v;  # transparent
    showWarnings = warnings: v: v;  # transparent
    throwIf = c: message: v: if c then __throw else v;  # transparent, guards
    throwIfNot = c: message: v: if c then v else __throw;  # transparent, guards
    assertMsg = c: message: c || __throw;
    assertOneOf = name: v: xs: elem v xs || __throw;
    assertEachOneOf = name: vs: xs: __unknown;
    traceIf = c: message: v: v;  # transparent
    traceVal = v: v;  # transparent
    traceValFn = f: v: v;  # transparent
    traceValSeq = v: v;  # transparent
    traceValSeqFn = f: v: v;  # transparent
    traceValSeqN = depth: v: v;  # transparent
    traceValSeqNFn = f: depth: v: v;  # transparent
    traceSeq = message: v: v;  # transparent
    traceSeqN = depth: message: v: v;  # transparent
    traceFnSeqN = depth: name: f: v: f v;

    singleton = x: [ x ];
    toList = x: if isList x then x else [ x ];
    flatten = x: if isList x then __concatLists (map flatten x) else [ x ];
    remove = e: xs: filter (x: x != e) xs;
    subtractLists = e: xs: filter (x: !(elem x e)) xs;
    intersectLists = e: xs: filter (x: elem x e) xs;
    mutuallyExclusive = a: b: length a == 0 || !(any (x: elem x a) b);
    unique = xs: __unique xs;
    uniqueStrings = xs: __sort (a: b: a < b) (__unique xs);
    allUnique = xs: length (__unique xs) == length xs;
    reverseList = xs: __reversed xs;
    sortOn = f: xs: __sort (a: b: f a < f b) xs;
    naturalSort = xs: __some xs;
    compareLists = compare: a: b: __anyNumber;
    last = xs: __last xs;
    init = xs: __init xs;
    take = n: xs: __sublist 0 n xs;
    drop = n: xs: __sublist n 1000000 xs;
    takeEnd = n: xs: drop (max 0 (length xs - n)) xs;
    dropEnd = n: xs: take (max 0 (length xs - n)) xs;
    sublist = start: count: xs: __sublist start count xs;
    ifilter0 = f: xs: __some xs;
    replaceElemAt = xs: n: x: imap0 (i: y: if i == n then x else y) xs;
    findFirst = f: default: xs: __findFirst f default xs;
    findFirstIndex = f: default: xs: __unknown;
    findSingle = f: none: many: xs: let found = filter f xs; count = length found; in if count == 0 then none else if count != 1 then many else head found;
    forEach = xs: f: map f xs;
    foldr = f: z: xs: __foldr f z xs;
    fold = f: z: xs: __foldr f z xs;
    foldl = f: z: xs: __foldl f z xs;
    imap0 = f: xs: __imap 0 f xs;
    imap1 = f: xs: __imap 1 f xs;
    imap = f: xs: __imap 1 f xs;
    count = f: xs: __foldl (n: x: if f x then n + 1 else n) 0 xs;
    range = a: b: if a > b then [ ] else genList (n: a + n) (b - a + 1);
    replicate = n: x: genList (i: x) n;
    zipLists = xs: ys: zipListsWith (fst: snd: { inherit fst snd; }) xs ys;
    zipListsWith = f: xs: ys: __zip f xs ys;
    crossLists = f: xss: __foldl (fs: xs: concatMap (f: map f xs) fs) [ f ] xss;
    concatAttrValues = s: __concatLists (attrValues s);
    groupBy' = f: z: name: xs: mapAttrs (n: ys: __foldl f z ys) (groupBy name xs);
    toposort = before: xs: __unknown;
    listDfs = stop: before: xs: __unknown;
    "lists.hasPrefix" = prefix: xs: __anyBool;
    "lists.removePrefix" = prefix: xs: __some xs;
    "lists.commonPrefix" = xs: ys: __some xs;

    attrByPath = path: default: s: __attrByPath path default s;
    hasAttrByPath = path: s: __hasPath path s;
    longestValidPathPrefix = path: s: __some path;
    getAttrFromPath = path: s: __foldl (x: n: x.${n}) s path;
    setAttrByPath = path: v: __foldr (n: acc: { ${n} = acc; }) v path;
    attrVals = names: s: map (n: s.${n}) names;
    getAttrs = names: s: genAttrs names (n: s.${n});
    attrsToList = s: mapAttrsToList (name: value: { inherit name value; }) s;
    mapAttrsToList = f: s: attrValues (mapAttrs f s);
    mapAttrsFlatten = f: s: mapAttrsToList f s;
    mapAttrs' = f: s: listToAttrs (mapAttrsToList f s);
    mapAttrsRecursive = f: s: mapAttrsRecursiveCond (x: true) f s;
    mapAttrsRecursiveCond = c: f: s: let recurse = path: mapAttrs (n: v: if isAttrs v && c v then recurse (path ++ [ n ]) v else f (path ++ [ n ]) v); in recurse [ ] s;
    mapAttrsToListRecursive = f: s: __some [ (f (__some [ ]) __unknown) ];
    mapAttrsToListRecursiveCond = c: f: s: __some [ (f (__some [ ]) __unknown) ];
    mapDerivationAttrset = f: s: mapAttrs (n: v: f v) s;
    concatMapAttrs = f: s: __mergedSets (mapAttrsToList f s);
    nameValuePair = name: value: { inherit name value; };
    filterAttrs = f: s: __filterAttrs f s;
    filterAttrsRecursive = f: s: mapAttrs (n: v: if isAttrs v then filterAttrsRecursive f v else v) (__filterAttrs f s);
    foldlAttrs = f: z: s: __foldl (acc: n: f acc n s.${n}) z (attrNames s);
    foldAttrs = f: z: xs: __foldr (s: acc: __foldr (n: o: o // { ${n} = f s.${n} (acc.${n} or z); }) acc (attrNames s)) { } xs;
    genAttrs = names: f: listToAttrs (map (name: { inherit name; value = f name; }) names);
    genAttrs' = xs: f: listToAttrs (map f xs);
    recursiveUpdate = a: b: __updated a b;
    recursiveUpdateUntil = f: a: b: __unsure (__updated a b);
    mergeAttrs = a: b: a // b;
    mergeAttrsList = xs: __mergedSets xs;
    unionOfDisjoint = a: b: a // b;
    overrideExisting = old: new: mapAttrs (n: v: new.${n} or v) old;
    collect = f: s: __collected f s;
    zipAttrs = xs: zipAttrsWith (n: vs: vs) xs;
    zipAttrsWithNames = names: f: xs: genAttrs names (n: f n (catAttrs n xs));
    cartesianProduct = s: __foldl (acc: n: concatMap (x: map (v: x // { ${n} = v; }) s.${n}) acc) [ { } ] (attrNames s);
    cartesianProductOfSets = s: cartesianProduct s;
    mapCartesianProduct = f: s: map f (cartesianProduct s);
    renameCrossIndexFrom = prefix: s: __unsure s;
    renameCrossIndexTo = prefix: s: __unsure s;
    mapCrossIndex = f: s: mapAttrs (n: v: f v) s;
    updateManyAttrsByPath = updates: s: __unsure s;
    matchAttrs = pattern: s: all (n: s ? ${n} && (if isAttrs pattern.${n} then isAttrs s.${n} && matchAttrs pattern.${n} s.${n} else pattern.${n} == s.${n})) (attrNames pattern);
    showAttrPath = path: __anyString;
    showOption = path: __anyString;

    concatStrings = xs: __joined "" xs;
    concatMapStrings = f: xs: __joined "" (map f xs);
    concatImapStrings = f: xs: __joined "" (imap1 f xs);
    concatMapStringsSep = sep: f: xs: __joined sep (map f xs);
    concatImapStringsSep = sep: f: xs: __joined sep (imap1 f xs);
    concatMapAttrsStringSep = sep: f: s: __joined sep (mapAttrsToList f s);
    concatLines = xs: __joined "" (map (x: x + "\n") xs);
    join = sep: xs: __joined sep xs;
    intersperse = sep: xs: if length xs < 2 then xs else tail (concatMap (x: [ sep x ]) xs);
    makeSearchPath = sub: xs: __joined ":" (map (x: x + "/" + sub) (filter (x: x != null) xs));
    makeSearchPathOutput = output: sub: xs: makeSearchPath sub (map (getOutput output) xs);
    makeLibraryPath = xs: makeSearchPathOutput "lib" "lib" xs;
    makeIncludePath = xs: makeSearchPathOutput "dev" "include" xs;
    makeBinPath = xs: makeSearchPathOutput "bin" "bin" xs;
    normalizePath = s: __anyString;
    hasPrefix = p: s: __hasPrefix p s;  # text
    hasSuffix = p: s: __hasSuffix p s;  # text
    hasInfix = p: s: __hasInfix p s;  # text
    removePrefix = p: s: __removePrefix p s;  # text
    removeSuffix = p: s: __removeSuffix p s;  # text
    trim = s: __trim s;
    trimWith = config: s: __anyString;
    replaceString = from: to: s: __replaceStrings [ from ] [ to ] s;
    replaceChars = from: to: s: __replaceStrings from to s;
    stringToCharacters = s: __characters s;
    stringAsChars = f: s: __joined "" (map f (__characters s));
    escape = chars: s: __replaceStrings chars (map (c: "\\" + c) chars) s;
    escapeShellArg = x: __quoted x;
    escapeShellArgs = xs: __joined " " (map __quoted xs);
    escapeSystemdExecArg = x: __unsure (toString x);
    escapeSystemdExecArgs = xs: __unsure (__joined " " (map toString xs));
    escapeNixString = s: escape [ "$" ] (__serialised s);
    escapeNixIdentifier = s: __anyString;
    commonPrefixLength = a: b: __anyNumber;  # text
    escapeRegex = s: escape [ "\\" "^" "$" "." "|" "?" "*" "+" "(" ")" "[" "]" "{" "}" ] s;  # text
    escapeXML = s: __replaceStrings [ "\"" "'" "<" ">" "&" ] [ "&quot;" "&apos;" "&lt;" "&gt;" "&amp;" ] s;
    escapeURL = s: __anyString;
    escapeC = chars: s: __anyString;
    isValidPosixName = s: __anyBool;
    isStorePath = x: __anyBool;
    toShellVar = name: v: if isList v then "declare -a ${name}=(${escapeShellArgs v})" else if isAttrs v && !(isStringLike v) then "declare -A ${name}=(${__joined " " (mapAttrsToList (n: x: "[${__quoted n}]=${__quoted x}") v)})" else "${name}=${__quoted v}";
    toShellVars = s: __joined "\n" (mapAttrsToList toShellVar s);
    splitString = sep: s: __splitString sep s;  # text
    toLower = s: __toLower s;
    toUpper = s: __toUpper s;
    toSentenceCase = s: __toUpper (substring 0 1 s) + __toLower (substring 1 (-1) s);
    toCamelCase = s: __anyString;
    addContextFrom = from: s: s;
    versionAtLeast = a: b: !(versionOlder a b);
    versionOlder = a: b: __compareVersions b a == 1;
    getVersion = x: if isString x then (__parseDrvName x).version else x.version or (__parseDrvName x.name).version;
    getName = x: if isString x then (__parseDrvName x).name else x.pname or (__parseDrvName x.name).name;
    nameFromURL = url: sep: head (__splitString sep (last (__splitString "/" url)));
    enableFeature = c: name: "--${if c then "enable" else "disable"}-${name}";
    enableFeatureAs = c: name: v: enableFeature c name + optionalString c "=${v}";
    withFeature = c: name: "--${if c then "with" else "without"}-${name}";
    withFeatureAs = c: name: v: withFeature c name + optionalString c "=${v}";
    cmakeOptionType = type: name: v: "-D${name}:${type}=${v}";
    cmakeBool = name: c: cmakeOptionType "BOOL" name (if c then "TRUE" else "FALSE");
    cmakeFeature = name: v: cmakeOptionType "STRING" name v;
    mesonOption = name: v: "-D${name}=${v}";
    mesonBool = name: c: mesonOption name (boolToString c);
    mesonEnable = name: c: mesonOption name (if c then "enabled" else "disabled");
    fixedWidthString = width: fill: s: if stringLength s < width then fixedWidthString width fill (fill + s) else s;
    fixedWidthNumber = width: n: fixedWidthString width "0" (toString n);
    toInt = s: __toInt s;
    toIntBase10 = s: __toInt s;
    fileContents = path: removeSuffix "\n" (readFile path);
    readPathsFromFile = root: file: __some [ ];
    sanitizeDerivationName = s: __anyString;
    "versions.major" = v: elemAt (splitVersion v) 0;
    "versions.minor" = v: elemAt (splitVersion v) 1;
    "versions.patch" = v: elemAt (splitVersion v) 2;
    "versions.majorMinor" = v: __joined "." (__sublist 0 2 (splitVersion v));
    "versions.splitVersion" = v: splitVersion v;
    "versions.pad" = n: v: __anyString;
    "generators.toJSON" = options: v: __serialised v;
    "generators.toPretty" = options: v: __anyString;
    "generators.toINI" = options: v: __mentions v;
    "generators.toKeyValue" = options: v: __mentions v;
    "generators.toYAML" = options: v: __serialised v;
    "cli.toGNUCommandLineShell" = options: s: __mentions s;
    "cli.toGNUCommandLine" = options: s: __some (attrValues s);
    noDepEntry = text: { inherit text; deps = [ ]; };  # script 0, later
    fullDepEntry = text: deps: { inherit text deps; };  # script 0, later
    stringAfter = deps: text: { inherit text deps; };  # script 1, later
    textClosureMap = f: s: names: __anyString;

    sourceByRegex = src: res: src;
    sourceFilesBySuffices = src: suffixes: src;
    cleanSource = src: src;
    cleanSourceWith = args: args.src;
    importJSON = path: __unknown;
    importTOML = path: __unknown;
    packagesFromDirectoryRecursive = args: __unknown;
    "filesystem.listFilesRecursive" = path: __some [ ];
    "fileset.toSource" = args: args.root;

    attrsets = __unknown;
    asserts = __unknown;
    cli = __unknown;
    customisation = __unknown;
    debug = __unknown;
    derivations = __unknown;
    fetchers = __unknown;
    fileset = __unknown;
    filesystem = __unknown;
    fixedPoints = __unknown;
    flakes = __unknown;
    generators = __unknown;
    gvariant = __unknown;
    kernel = __unknown;
    licenses = __unknown;
    lists = __unknown;
    maintainers = __unknown;
    meta = __unknown;
    modules = __unknown;
    options = __unknown;
    path = __unknown;
    platforms = __unknown;
    sources = __unknown;
    strings = __unknown;
    stringsWithDeps = __unknown;
    systems = __unknown;
    teams = __unknown;
    trivial = __unknown;
    types = __unknown;
    "types.submodule" = module: __submodule module;
    "types.submoduleWith" = { modules, ... }: { __set = __merged (map (module: (__submodule module).__set) modules); };
    "types.attrsOf" = type: { __values = type; };
    "types.lazyAttrsOf" = type: { __values = type; };
    "types.listOf" = type: { __elements = type; };
    "types.nullOr" = type: type;
    "types.nonEmptyListOf" = type: { __elements = type; };
    "types.either" = a: b: if __unknown then a else b;
    "types.oneOf" = types: __foldl (a: b: if __unknown then a else b) { } types;
    "types.coercedTo" = from: f: to: to;
    "types.uniq" = type: type;
    "types.unique" = args: type: type;
    "types.addCheck" = type: check: type;
    versions = __unknown;
  };

  builtins = {
    nixVersion = __anyString;
    currentSystem = __anyString;
    langVersion = __anyNumber;
    storeDir = "/nix/store";
    currentTime = __anyNumber;
    true = true;
    false = false;
    null = null;
    toString = x: __toString x;  # bare, converts
    map = f: xs: __map f xs;  # bare
    filter = f: xs: __filter f xs;
    elem = x: xs: __elem x xs;
    elemAt = xs: n: __elemAt xs n;
    head = xs: __elemAt xs 0;
    tail = xs: __tail xs;
    length = xs: __length xs;
    concatLists = xss: __concatLists xss;
    concatMap = f: xs: __concatLists (map f xs);
    foldl' = f: z: xs: __foldl f z xs;
    genList = f: n: __genList f n;
    sort = f: xs: __sort f xs;
    partition = f: xs: { right = filter f xs; wrong = filter (x: !(f x)) xs; };
    groupBy = f: xs: __groupBy f xs;
    all = f: xs: __all f xs;
    any = f: xs: __any f xs;
    attrNames = s: __attrNames s;
    attrValues = s: __attrValues s;
    getAttr = n: s: __getAttr n s;
    hasAttr = n: s: __hasPath [ n ] s;
    removeAttrs = s: names: __removeAttrs s names;  # bare
    intersectAttrs = a: b: __intersectAttrs a b;
    listToAttrs = xs: __listToAttrs xs;
    mapAttrs = f: s: __mapAttrs f s;
    catAttrs = n: xs: __catAttrs n xs;
    zipAttrsWith = f: xs: __zipAttrsWith f xs;
    genericClosure = args: __some args.startSet;
    functionArgs = f: __functionArgs f;
    unsafeGetAttrPos = n: s: __unknown;
    isAttrs = x: __isType "set" x;
    isList = x: __isType "list" x;
    isString = x: __isType "string" x;
    isFunction = x: __isType "lambda" x;
    isBool = x: __isType "bool" x;
    isInt = x: __isType "int" x;
    isFloat = x: __isType "float" x;
    isNull = x: x == null;  # bare
    isPath = x: __isType "path" x;
    typeOf = x: __typeOf x;
    concatStringsSep = sep: xs: __joined sep xs;
    replaceStrings = from: to: s: __replaceStrings from to s;  # text
    substring = start: count: s: __substring start count s;  # text
    stringLength = s: __stringLength s;  # text
    split = re: s: __split re s;  # text
    match = re: s: __match re s;  # text
    splitVersion = s: __splitVersion s;
    compareVersions = a: b: __compareVersions a b;
    parseDrvName = s: __parseDrvName s;
    unsafeDiscardStringContext = s: toString s;
    unsafeDiscardOutputDependency = s: s;
    addDrvOutputDependencies = s: s;
    appendContext = s: context: s;
    getContext = s: __unknown;  # opaque
    hasContext = s: __anyBool;
    baseNameOf = s: __baseNameOf s;  # bare
    dirOf = s: __dirOf s;  # bare
    toPath = s: toString s;
    storePath = s: toString s;
    seq = a: b: __seq a b;
    deepSeq = a: b: __deepSeq a b;
    trace = message: v: v;  # transparent
    warn = message: v: v;  # transparent
    traceVerbose = message: v: v;  # transparent
    addErrorContext = message: v: v;  # transparent
    tryEval = v: let fails = __fails v; in { success = !fails; value = if fails then false else v; };
    throw = message: __throw;  # bare
    abort = message: __throw;  # bare
    import = path: __import path;  # bare
    scopedImport = scope: path: __import path;  # bare
    pathExists = path: __anyBool;
    readDir = path: __unknown;
    readFile = path: __readFile path;
    readFileType = path: __anyString;
    path = args: toString args.path;
    filterSource = f: src: toString src;
    findFile = paths: name: __unknown;
    toFile = name: text: __derivation "builtins.toFile" { inherit text; };  # opaque
    toJSON = v: __serialised v;  # opaque
    toXML = v: __anyString;  # opaque
    fromJSON = s: __fromJSON s;
    fromTOML = s: __unknown;  # bare
    hashString = kind: s: __anyString;  # opaque
    hashFile = kind: path: __anyString;  # opaque
    convertHash = args: __anyString;
    getEnv = name: __anyString;
    getFlake = ref: __flake;
    parseFlakeRef = ref: __unknown;
    flakeRefToString = ref: __anyString;
    fetchTarball = args: __source;  # bare
    fetchGit = args: __source;  # bare
    fetchMercurial = args: __source;
    fetchTree = args: __source;  # bare
    fetchurl = args: __source;
    fetchClosure = args: __source;
    placeholder = output: __anyString;  # bare
    derivation = args: __derivation "builtins.derivation" args;  # builder, bare, opaque
    derivationStrict = args: __unknown;
    outputOf = drv: output: __anyString;
    add = a: b: __add a b;
    sub = a: b: a - b;
    mul = a: b: a * b;
    div = a: b: a / b;
    lessThan = a: b: a < b;
    bitAnd = a: b: __anyNumber;
    bitOr = a: b: __anyNumber;
    bitXor = a: b: __anyNumber;
    ceil = a: __anyNumber;
    floor = a: __anyNumber;
    break = v: v;  # bare
  };

  pkgs = {
    mkDerivation = args: __fixDerivation "pkgs.stdenv.mkDerivation" args;  # builder, script *Phase buildCommand pre* post* shellHook *Script installer, environment 0, describes
    mkShell = args: __fixDerivation "pkgs.mkShell" args;  # builder, script *Phase shellHook pre* post*, environment 0
    mkShellNoCC = args: __fixDerivation "pkgs.mkShell" args;  # builder, script *Phase shellHook pre* post*, environment 0
    runCommand = name: env: script: __command "pkgs.runCommand" env script;  # builder, script 2, environment 1
    runCommandCC = name: env: script: __command "pkgs.runCommandCC" env script;  # builder, script 2, environment 1
    runCommandLocal = name: env: script: __command "pkgs.runCommandLocal" env script;  # builder, script 2, environment 1
    runCommandNoCC = name: env: script: __command "pkgs.runCommandNoCC" env script;  # builder, script 2, environment 1
    runCommandNoCCLocal = name: env: script: __command "pkgs.runCommandNoCCLocal" env script;  # builder, script 2, environment 1
    runCommandWith = args: script: __command "pkgs.runCommandWith" (args.derivationArgs or { }) script;  # builder, script 1, variables derivationArgs
    writeShellScript = name: text: __text "pkgs.writeShellScript" text;  # builder, script 1, later
    writeShellScriptBin = name: text: __text "pkgs.writeShellScriptBin" text;  # builder, script 1, later
    writeShellApplication = args: __text "pkgs.writeShellApplication" args.text;  # builder, script text, variables runtimeEnv, later
    writeScript = name: text: __text "pkgs.writeScript" text;  # builder, script 1, later
    writeScriptBin = name: text: __text "pkgs.writeScriptBin" text;  # builder, script 1, later
    writeBash = name: text: __text "pkgs.writers.writeBash" text;  # builder, script 1, later
    writeBashBin = name: text: __text "pkgs.writers.writeBashBin" text;  # builder, script 1, later
    writeDash = name: text: __text "pkgs.writers.writeDash" text;  # builder, script 1, later
    writeDashBin = name: text: __text "pkgs.writers.writeDashBin" text;  # builder, script 1, later
    writePython3 = name: args: text: __text "pkgs.writers.writePython3" text;  # builder, python 2
    writePython3Bin = name: args: text: __text "pkgs.writers.writePython3Bin" text;  # builder, python 2
    writePyPy3 = name: args: text: __text "pkgs.writers.writePyPy3" text;  # builder, python 2
    writeText = name: text: __text "pkgs.writeText" text;  # builder
    writeTextFile = args: __text "pkgs.writeTextFile" args.text;  # builder
    writeTextDir = path: text: __text "pkgs.writeTextDir" text;  # builder
    concatText = name: files: __derivation "pkgs.concatText" { inherit files; };  # builder
    concatScript = name: files: __derivation "pkgs.concatScript" { inherit files; };  # builder
    writeReferencesToFile = drv: __derivation "pkgs.writeReferencesToFile" { };  # builder
    makeSetupHook = args: script: __derivation "pkgs.makeSetupHook" args;  # builder
    buildEnv = args: __joinedTrees "pkgs.buildEnv" args;  # builder, joins paths, script postBuild
    symlinkJoin = args: __joinedTrees "pkgs.symlinkJoin" args;  # builder, joins paths, script postBuild, environment 0
    linkFarm = name: entries: __derivation "pkgs.linkFarm" { inherit entries; };  # builder
    linkFarmFromDrvs = name: entries: __derivation "pkgs.linkFarmFromDrvs" { inherit entries; };  # builder
    buildFHSEnv = args: __derivation "pkgs.buildFHSEnv" args;  # builder
    substituteAll = args: __derivation "pkgs.substituteAll" args;  # builder
    substitute = args: __derivation "pkgs.substitute" args;  # builder
    replaceVars = src: vars: __derivation "pkgs.replaceVars" (vars // { inherit src; });  # builder
    replaceVarsWith = args: __derivation "pkgs.replaceVarsWith" (args.replacements or { } // { inherit (args) src; });  # builder
    callPackage = f: args: __callPackage __pkgs f args;  # fills
    callPackages = f: args: __callPackage __pkgs f args;  # fills
    newScope = extra: f: args: __callPackage (__pkgs // extra) f args;  # scope
    extend = overlay: __pkgs;
    appendOverlays = overlays: __pkgs;
    forceSystem = system: platform: __pkgs;
    nixos = module: __nixosSystem { modules = [ module ]; };
    nixosTest = test: __derivation "pkgs.testers.runNixOSTest" test;  # builder
    runNixOSTest = test: __derivation "pkgs.testers.runNixOSTest" test;  # builder
    runInLinuxVM = drv: __derivation "pkgs.vmTools.runInLinuxVM" { };  # builder
    dontDistribute = drv: drv;
    lowPrio = drv: drv;
    hiPrio = drv: drv;
    recurseIntoAttrs = set: set;
    makeScopeWithSplicing = splice: newScope: otherSplices: keep: extra: f: let self = f self; in self;
    ensureNewerSourcesHook = args: __derivation "pkgs.ensureNewerSourcesHook" { };  # builder
    enableDebugging = drv: drv;
    overrideCC = stdenv: cc: stdenv;
    withCFlags = flags: stdenv: stdenv;
    keepDebugInfo = stdenv: stdenv;
    ociTools = __unknown;
  };

  config = {
    "system.nixos.release" = release;
    "system.nixos.version" = version;
    "system.nixos.label" = version;
  };

  # What a platform says of itself, by its system.
  machines = {
    facts = system: {
      system = system;
      parsed = { cpu.name = head (splitString "-" system); };
      linuxArch = head (splitString "-" system);
      qemuArch = head (splitString "-" system);
      isLinux = hasSuffix "-linux" system;
      isDarwin = hasSuffix "-darwin" system;
      isx86 = hasPrefix "x86_64" system || hasPrefix "i686" system;
      isx86_64 = hasPrefix "x86_64" system;
      isx86_32 = hasPrefix "i686" system;
      isi686 = hasPrefix "i686" system;
      isAarch = hasPrefix "a" system;
      isAarch64 = hasPrefix "aarch64" system;
      isAarch32 = hasPrefix "armv" system;
      isAarch32bit = hasPrefix "armv" system;
      isArmv7 = hasPrefix "armv7" system;
      isMips = hasPrefix "mips" system;
      isMips32 = hasPrefix "mips-" system || hasPrefix "mipsel" system;
      isMips64 = hasPrefix "mips64" system;
      isMips64n32 = false;
      isMips64n64 = hasPrefix "mips64" system;
      isMips32r6 = false;
      isPower = hasPrefix "powerpc" system;
      isPower64 = hasPrefix "powerpc64" system;
      isRiscV = hasPrefix "riscv" system;
      isRiscV32 = hasPrefix "riscv32" system;
      isRiscV64 = hasPrefix "riscv64" system;
      isLoongArch64 = hasPrefix "loongarch64" system;
      isS390 = hasPrefix "s390" system;
      isSparc = hasPrefix "sparc" system;
      is64bit = hasInfix "64" system || hasPrefix "s390x" system;
      is32bit = !(hasInfix "64" system || hasPrefix "s390x" system);
      isBigEndian = hasPrefix "powerpc-" system || hasPrefix "powerpc64-" system || hasPrefix "mips-" system || hasPrefix "mips64-" system || hasPrefix "s390" system || hasPrefix "sparc" system;
      isLittleEndian = !(hasPrefix "powerpc-" system || hasPrefix "powerpc64-" system || hasPrefix "mips-" system || hasPrefix "mips64-" system || hasPrefix "s390" system || hasPrefix "sparc" system);
    };
  };

  options = {
    any = __unknown;  # python testScript, script *Phase *Command *Commands *Hook *hook *Script *ShellInit *shellInit script command reload profile installer pre[A-Z]* post[A-Z]* *preInstall *postInstall *preStart *postStart *preStop *postStop *preMount *postMount *ctivationScripts.* ExecStart ExecStartPre ExecStartPost ExecStop buildCommand, later
  };
}
