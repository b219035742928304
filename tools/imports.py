"What an import costs: `medfast` under 0.5 s, `medfast.all` no more than fastai's own import + 0.5 s (medians of alternated runs)"
import statistics,subprocess,sys,time

def secs(stmt):
    "Wall seconds of a new interpreter that runs `stmt`, less those of one that does nothing"
    t = time.perf_counter()
    subprocess.run([sys.executable,'-c',stmt], check=True, capture_output=True)
    return time.perf_counter()-t

stmts = dict(nothing='pass', medfast='import medfast', fastai='from fastai.vision.all import *', all='from medfast.all import *')
for o in stmts.values(): secs(o)  # once to warm the disk
runs = [{k:secs(v) for k,v in stmts.items()} for _ in range(5)]
med = {k:statistics.median(r[k] for r in runs) for k in stmts}
one,more = med['medfast']-med['nothing'],statistics.median(r['all']-r['fastai'] for r in runs)
print(f"import medfast: {one:.2f} s (limit 0.5); medfast.all: {med['all']:.2f} s, fastai.vision.all: {med['fastai']:.2f} s, difference {more:+.2f} s (limit 0.5)")
sys.exit(not (one<.5 and more<.5))
