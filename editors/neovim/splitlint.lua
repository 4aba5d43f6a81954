-- Starts `splitlint lsp` for files that splitlint checks. Neovim 0.7 or newer.
--
-- Copy it to ~/.config/nvim/lua/splitlint.lua, and say in init.lua:
--     require("splitlint").setup()
-- The command is an option: setup({ cmd = { "nix", "run", "github:splitlint/splitlint", "--", "lsp" } })
local M = {}

M.config = {
  name = "splitlint",
  cmd = { "splitlint", "lsp" },
  filetypes = { "nix", "sh", "bash", "python" },
  root_markers = { ".splitlint.toml", "flake.nix", ".git" },
}

-- The folder that a file belongs to: the nearest one above it with one of the markers.
local function root_of(path)
  local folder = vim.fn.fnamemodify(path, ":p:h")
  local at = folder
  while true do
    for _, marker in ipairs(M.config.root_markers) do
      if vim.fn.empty(vim.fn.glob(at .. "/" .. marker)) == 0 then
        return at
      end
    end
    local above = vim.fn.fnamemodify(at, ":h")
    if above == at then
      return folder
    end
    at = above
  end
end

-- Neovim 0.7 has no vim.lsp.start: one client for each folder.
local clients = {}

local function start(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  if path == "" then
    return
  end
  local root = root_of(path)
  local config = { name = M.config.name, cmd = M.config.cmd, root_dir = root }
  if vim.lsp.start ~= nil then
    vim.lsp.start(config, { bufnr = buffer })
    return
  end
  if clients[root] == nil or vim.lsp.client_is_stopped(clients[root]) then
    clients[root] = vim.lsp.start_client(config)
  end
  vim.lsp.buf_attach_client(buffer, clients[root])
end

function M.setup(options)
  M.config = vim.tbl_extend("force", M.config, options or {})
  if vim.lsp.enable ~= nil then
    -- Neovim 0.11 and newer.
    vim.lsp.config("splitlint", M.config)
    vim.lsp.enable("splitlint")
    return
  end
  local group = vim.api.nvim_create_augroup("splitlint", { clear = true })
  vim.api.nvim_create_autocmd("FileType", {
    group = group,
    pattern = M.config.filetypes,
    callback = function(event)
      start(event.buf or vim.api.nvim_get_current_buf())
    end,
  })
end

return M
