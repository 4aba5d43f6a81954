{ fetchFromGitHub, lib }:

{
  src = fetchFromGitHub {
    owner = "board-vendor";
    repo = "linux";
    rev = "board-6.12.y-20250110";
    hash = lib.fakeHash;
  };
  kernel = "6.12.5";
}
