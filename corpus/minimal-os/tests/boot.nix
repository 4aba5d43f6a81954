# Boots the system and asks it for its modules.
{
  pkgs ? import <nixpkgs> { },
}:

let
  system = import ../. { inherit pkgs; };
in
pkgs.runCommand "twigs-boots" { nativeBuildInputs = [ pkgs.expect ]; } ''
  expect <<'EOF'
    set timeout 120
    spawn ${system.runner}
    expect "# "
    send "ls /lib/modules/\$(uname -r)/kernel/fs\r"
    expect {
      "overlayfs" { }
      timeout { exit 1 }
    }
    send "test -d /run/booted-system/kernel-modules/lib/modules && echo fine\r"
    expect "fine"
  EOF
  touch $out
''
