# Any value as one string, so that two results can be compared. What is interpolated keeps its string context,
# and a list or an attribute set keeps its shape in brackets that no fragment has. `call` gives the result of a
# function that is met on the way; functions are left alone if it is null.
{ lib, call }:
let
  inherit (builtins)
    attrNames
    concatStringsSep
    filter
    functionArgs
    isAttrs
    isBool
    isFunction
    isList
    isPath
    isString
    map
    ;
  hidden = [ "__functor" "__functionArgs" "_module" "meta" "override" "overrideAttrs" "passthru" "type" "recurseForDerivations" ];
  attributes =
    depth: set:
    let
      shown = filter (name: !(builtins.elem name hidden)) (attrNames set);
    in
    concatStringsSep "⁏" (map (name: "${name}≔${value (depth - 1) set.${name}}") shown);
  value =
    depth: x:
    if x == null then
      "null"
    else if isBool x then
      lib.boolToString x
    else if isString x then
      x
    else if isPath x then
      "/${baseNameOf x}"
    else if isFunction x && (call == null || depth == 0) then
      "λ"
    else if depth == 0 then
      "…"
    else if isFunction x then
      value (depth - 1) (call x)
    else if isList x then
      "⟦${concatStringsSep "⸴" (map (value (depth - 1)) x)}⟧"
    else if !isAttrs x then
      toString x
    else if x ? _type && (x._type == "option-type" || x._type == "literalExpression") then
      x._type
    else if x ? __describe then
      x.__describe
    else if lib.isDerivation x then
      "${x}"
    else
      "⟨${attributes depth x}⟩";
in
{
  # A value, as text.
  serialise = value 16;
  # The attributes of a derivation, as text.
  inherit attributes;
}
