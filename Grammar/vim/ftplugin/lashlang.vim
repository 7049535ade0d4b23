if exists('b:did_ftplugin') | finish | endif
let b:did_ftplugin = 1
setlocal commentstring=#\ %s comments=:#,:// expandtab shiftwidth=2 softtabstop=2
if executable('lashlang')
  setlocal makeprg=lashlang\ check\ % errorformat=%E%trror[%m,%W%tarning[%m,%C\ -->\ %f:%l:%c,%-G%.%#
endif
