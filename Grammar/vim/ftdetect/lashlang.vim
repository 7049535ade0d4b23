autocmd BufRead,BufNewFile *.lash setfiletype lashlang
