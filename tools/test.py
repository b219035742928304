"""Run every notebook as a test, and every exporting notebook's other cells again against the module it exported.

Each run is a process of its own, so that nothing leaks from one notebook into the next.
The last line is `N passed, N failed, N skipped`; each skip is named with its reason above it."""
import argparse,json,os,re,subprocess,sys,tempfile,time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from fastcore.foundation import L
from fastcore.basics import first,str2bool
from fastcore.xtras import working_directory
from fastcore.nbio import mk_cell,dict2nb
from execnb.shell import CaptureShell
from nbdev.config import get_config
from nbdev.doclinks import nbglob
from nbdev.process import NBProcessor
from nbdev.test import nb_test_cells,test_nb

def _cells(fn): return [c for c in NBProcessor(fn, rm_directives=False, process=True).nb.cells if c.cell_type=='code']

def _mod(fn): return first(c.directives_['default_exp'] for c in _cells(fn) if 'default_exp' in c.directives_)

def run_module(fn, cfg, flags, timeout):
    "Run notebook `fn` with its exported cells replaced by an import of the module they made"
    cells,mod = nb_test_cells(fn, cfg.tst_flags, flags),_mod(fn)
    keep = [c for c in cells if not {'export','exports','exporti','default_exp'}&c.directives_.keys()]
    src = f'import {cfg.lib_name}.{mod} as _m; globals().update({{k:v for k,v in vars(_m).items() if k[:2]!="__"}})'
    nb = dict2nb(cells=[mk_cell(src)]+keep, metadata={}, nbformat=4, nbformat_minor=5)
    for i,c in enumerate(nb.cells): c.idx_ = i
    k = CaptureShell(fn)
    with working_directory(fn.parent):
        try: k.run_all(nb, exc_stop=True, cell_timeout=timeout)
        except Exception: sys.stderr.write(k.prettytb(fname=fn)+'\n'); return False
    return True

def child(fn, mode, flags, timeout):
    "One notebook in this process"
    cfg,fn = get_config(),Path(fn).absolute()
    sys.path.insert(0, str(cfg.config_path))
    os.environ['IN_TEST'] = '1'
    if mode=='module': return run_module(fn, cfg, flags, timeout)
    return test_nb(fn, skip_flags=cfg.tst_flags, force_flags=flags, basepath=cfg.config_path, cell_timeout=timeout)[0]

def flagged(fn, cfg, flags):
    "Cells of `fn` that a test flag leaves out, as (cell number, flag)"
    skip = set(cfg.tst_flags)-set(flags)
    return [(i,f) for i,c in enumerate(_cells(fn)) for f in skip&c.directives_.keys()]

def run(job, flags, timeout, threads):
    "Run one (notebook, mode) in a child process; returns its result, time, output and skips"
    fn,mode = job
    with tempfile.NamedTemporaryFile('r', suffix='.skips') as f:
        env = dict(os.environ, MEDFAST_SKIPS=f.name, MPLBACKEND='agg', OMP_NUM_THREADS=str(threads), OMP_WAIT_POLICY='PASSIVE',
                   MEDFAST_SCALE=os.environ.get('MEDFAST_SCALE','test'))
        t,cmd = time.time(),[sys.executable,__file__,'--child',mode,str(fn),'--flags',' '.join(flags),'--timeout',str(timeout or 0)]
        r = subprocess.run(cmd, env=env, capture_output=True, text=True)
        skips = [json.loads(o) for o in f.read().splitlines()]
    return dict(ok=r.returncode==0, secs=time.time()-t, out=r.stdout+r.stderr, skips=skips)

def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('path', nargs='*', help='notebooks or folders (default: all)')
    p.add_argument('--flags', default='', help='run these usually skipped cells too: slow cuda download')
    p.add_argument('--workers', type=int, default=2)
    p.add_argument('--timeout', type=int, default=None, help='seconds a cell may take (0: no limit)')
    p.add_argument('--only', choices=['notebook','module'], help='one of the two kinds of run')
    p.add_argument('--strict', action='store_true', help='a data-dependent skip is a failure (set when MEDFAST_DATA is)')
    p.add_argument('--child', help=argparse.SUPPRESS)
    a = p.parse_args()
    cfg,flags = get_config(),a.flags.split()
    timeout = cfg.cell_timeout if a.timeout is None else (a.timeout or None)
    if a.child: sys.exit(not child(a.path[0], a.child, flags, timeout))
    strict = a.strict or bool(os.environ.get('MEDFAST_DATA'))
    files = [Path(f).absolute() for o in (a.path or [cfg.nbs_path]) for f in ([o] if str(o).endswith('.ipynb') else sorted(nbglob(o, as_path=True)))]
    jobs = [(f,m) for f in files for m in ('notebook',)+(('module',) if _mod(f) else ()) if a.only in (None,m)]
    cost = {'lessons':0,'studies':0,'benchmarks':0}
    jobs.sort(key=lambda o: cost.get(o[0].parent.name, 1))  # the longest first, so that no worker ends alone
    threads = max(1, (os.cpu_count() or 2)//a.workers)
    passed,failed,skipped,took,t0 = [],[],[],[],time.time()
    with ThreadPoolExecutor(a.workers) as ex:
        for (f,m),r in zip(jobs, ex.map(lambda j: run(j, flags, timeout, threads), jobs)):
            name = f'{f.relative_to(cfg.nbs_path)} [{m}]' if cfg.nbs_path in f.parents else f'{f.name} [{m}]'
            data = [s for s in r['skips'] if s['kind']=='data']
            ok = r['ok'] and not (strict and data)
            (passed if ok else failed).append(name); took.append((r['secs'],name))
            print(f"{'ok  ' if ok else 'FAIL'} {r['secs']:6.1f} s  {name}", flush=True)
            if not ok:
                print(r['out'][-6000:])
                if strict and data: print(f'     data is there (MEDFAST_DATA), yet it skipped: {data}')
            skipped += [(name,s['what'],s['reason']) for s in r['skips']]
            if m=='notebook': skipped += [(name,f'cell {i}',f'flag `{fl}`, which --flags {fl} runs') for i,fl in flagged(f, cfg, flags)]
    for o in skipped: print('skipped: {} · {} · {}'.format(*o))
    print(f'in {time.time()-t0:.0f} s; the slowest (each should stay under 40 s on a quiet machine):')
    for s,name in sorted(took, reverse=True)[:5]: print(f'     {s:6.1f} s  {name}')
    print(f'{len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped')
    sys.exit(bool(failed) or not passed)

if __name__=='__main__': main()
