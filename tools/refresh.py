"Run notebooks in a real kernel and keep their outputs; `--src F.py` first rewrites the one notebook from a py:percent file"
import argparse,json,re,subprocess,sys
from nbdev.config import get_config
from nbdev.test import nb_test_cells
from nbdev.export import nb_export
from nbdev.clean import clean_nb
from fastcore.utils import *
from fastcore.nbio import read_nb,write_nb
import nbformat
from nbclient import NotebookClient

def refresh(fn, flags='', timeout=None):
    "Execute `fn` in place; cells outside `flags` that the tests leave out keep their stored outputs"
    fn,cfg = Path(fn).resolve(),get_config()
    run = {c.id for c in nb_test_cells(fn, cfg.tst_flags, flags.split())}
    nb = nbformat.read(fn, as_version=4)
    for c in nb.cells:
        if c.cell_type=='code' and c.id not in run: c.metadata.setdefault('tags', []).append('skip-execution')
    kernel = os.environ.get('MEDFAST_KERNEL','python3')
    NotebookClient(nb, timeout=timeout or cfg.cell_timeout, kernel_name=kernel, resources={'metadata':{'path':str(fn.parent)}}).execute()
    for c in nb.cells: c.metadata.pop('tags', None)
    nbformat.write(nb, fn)
    clean(fn)

def clean(fn):
    "nbdev's own clean, on one notebook"
    nb = read_nb(fn)
    clean_nb(nb)
    write_nb(nb, fn)

def from_percent(src, fn):
    "Rewrite notebook `fn` from the py:percent file `src`, keeping the ids and outputs of the cells that stay"
    subprocess.run(['jupytext','-q','--to','ipynb',*(['--update'] if Path(fn).exists() else []),'-o',fn,src], check=True)
    nb = nbformat.read(fn, as_version=4)
    nb.metadata = nbformat.from_dict({'kernelspec':{'display_name':'python3','language':'python','name':'python3'}})
    for c in nb.cells: c.metadata = nbformat.from_dict({})
    nbformat.write(nb, fn)

if __name__=='__main__':
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('nbs', nargs='+')
    p.add_argument('--src', help='a py:percent file to write the one notebook from')
    p.add_argument('--flags', default='', help='run these usually skipped cells too: slow, cuda, download')
    p.add_argument('--timeout', type=int, help='seconds a cell may take')
    p.add_argument('--export', action='store_true', help='only export and clean, run nothing')
    a = p.parse_args()
    if a.src: from_percent(a.src, a.nbs[0])
    os.environ['IN_TEST'] = '1'
    os.environ.setdefault('PYTHONWARNINGS', 'ignore::FutureWarning,ignore::DeprecationWarning')  # of other people's packages, on import
    sys.path.insert(0, str(get_config().config_path))
    os.environ['PYTHONPATH'] = os.pathsep.join([str(get_config().config_path), os.environ.get('PYTHONPATH','')])
    for o in a.nbs:
        if any('default_exp' in ''.join(c['source']) for c in json.loads(Path(o).read_text())['cells']): nb_export(Path(o).resolve())
        if a.export: clean(o)
        else: refresh(o, a.flags, a.timeout)
