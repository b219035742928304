"What an import costs in CPU seconds: `medfast` under 0.5, `medfast.all` no more than fastai's own import + 0.5 (the least of some alternated runs)"
import resource,subprocess,sys

def secs(stmt):
    "CPU seconds of a new interpreter that runs `stmt`: a busy disk or neighbour doesn't count"
    def used(): r = resource.getrusage(resource.RUSAGE_CHILDREN); return r.ru_utime+r.ru_stime
    t = used()
    subprocess.run([sys.executable,'-W','ignore','-c',stmt], check=True, capture_output=True)
    return used()-t

stmts = dict(nothing='pass', medfast='import medfast', fastai='from fastai.vision.all import *', all='from medfast.all import *')
for o in stmts.values(): secs(o)  # once, so that byte code is there
runs = [{k:secs(v) for k,v in stmts.items()} for _ in range(3)]
least = {k:min(r[k] for r in runs) for k in stmts}
one,more = least['medfast']-least['nothing'],least['all']-least['fastai']
print(f"import medfast: {one:.2f} s (limit 0.5); medfast.all: {least['all']:.2f} s, fastai.vision.all: {least['fastai']:.2f} s, difference {more:+.2f} s (limit 0.5)")
sys.exit(not (one<.5 and more<.5))
